"""A mail server for the tests: aiosmtpd (Debian: python3-aiosmtpd) on a free port of this machine.

mail_server.py FOLDER MODE    MODE: off, starttls or tls; with "+auth" it asks for ann / "open sesame"

It prints its port and writes each message it takes as N.json into FOLDER. Addresses that begin with "refused"
are refused for good, those with "busy" for now.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, mode = sys.argv[1:3]
tls, _, auth = mode.partition("+")


class Taker:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return f"550 5.1.1 no such mailbox {address}"
        if address.startswith("busy"):
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        Taker.count += 1
        seen = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "hello": session.host_name,
            "tls": session.ssl is not None or tls == "tls",
            "user": session.auth_data.decode() if session.auth_data else None,
            "headers": [[name, str(value)] for name, value in message.items()],
            "defects": [str(defect) for defect in message.defects],
            "body": message.get_content(),
            "raw": envelope.content.decode("utf-8", "replace"),
        }
        name = os.path.join(folder, f"{Taker.count:04}.json")
        with open(name + ".part", "w") as file:
            json.dump(seen, file)
        os.rename(name + ".part", name)
        return "250 taken"


def authenticator(server, session, envelope, mechanism, data):
    fits = (data.login, data.password) == (b"ann", b"open sesame")
    return AuthResult(success=fits, handled=False, auth_data=data.login)


async def main():
    context = None
    if tls != "off":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
    options = {}
    if auth:
        options = {"auth_required": True, "auth_require_tls": tls == "starttls", "authenticator": authenticator}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    loop = asyncio.get_running_loop()
    make = lambda: SMTP(Taker(), hostname="mail.test", loop=loop, **options)
    server = await loop.create_server(make, "127.0.0.1", 0, ssl=context if tls == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
