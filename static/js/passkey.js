// Passkeys: asks the server for a question, the browser for the answer, and sends the answer as the form it stands in.
// Forms without script stay hidden, and the page says so; codes work without.
"use strict";
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const question = async (form) => {
    const fields = new URLSearchParams({ csrf: form.elements.csrf.value });
    const answer = await fetch(form.dataset.passkey, { method: "POST", body: fields, redirect: "error" });
    if (!answer.ok) throw new Error("no question");
    const { publicKey } = await answer.json();
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    if (publicKey.excludeCredentials) publicKey.excludeCredentials = named(publicKey.excludeCredentials);
    if (publicKey.allowCredentials) publicKey.allowCredentials = named(publicKey.allowCredentials);
    return { publicKey };
  };

  const written = (credential) => {
    const given = credential.response;
    const response = { clientDataJSON: text(given.clientDataJSON) };
    if (given.attestationObject) {
      response.attestationObject = text(given.attestationObject);
      if (given.getTransports) response.transports = given.getTransports();
    } else {
      response.authenticatorData = text(given.authenticatorData);
      response.signature = text(given.signature);
      if (given.userHandle) response.userHandle = text(given.userHandle);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    const trouble = form.querySelector("[role=alert]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      const isNew = "new" in form.dataset;
      // A passkey without a name: the server says what is missing.
      if (isNew && !form.elements.name.value.trim()) return;
      event.preventDefault();
      button.disabled = true;
      trouble.hidden = true;
      try {
        const asked = await question(form);
        const credential = isNew ? await navigator.credentials.create(asked) : await navigator.credentials.get(asked);
        form.elements.credential.value = written(credential);
        form.submit();
      } catch {
        trouble.textContent = form.dataset.trouble;
        trouble.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
