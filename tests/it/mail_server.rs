//! The connection to the mail server: TLS both ways, signing in, certificates; and the command with which a clinic's
//! technician tries it.

use crate::rules_cli::program;
use crate::support::post::PostOffice;
use std::process::Output;

/// `gradus mail test` with the settings of a mail server and more.
fn mail_test(settings: &[(String, String)], more: &[(&str, &str)], address: &str) -> Output {
    let mut command = program();
    command.args(["mail", "test", address]);
    command.envs(settings.iter().map(|(name, value)| (name.as_str(), value.as_str()))).envs(more.iter().copied());
    command.output().expect("it ends")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const ANN: [(&str, &str); 2] = [("GRADUS_SMTP_USER", "ann"), ("GRADUS_SMTP_PASSWORD", "open sesame")];

#[test]
fn messages_go_out_by_starttls_and_by_tls_with_a_password() {
    for tls in ["starttls", "tls"] {
        let Some(office) = PostOffice::open(&format!("{tls}+auth")) else { return };
        let settings = office.settings(tls);
        let output = mail_test(&settings, &ANN, "tech@example.org");
        assert!(output.status.success(), "{tls}: {}", said(&output));
        let mail = office.wait_for(1).remove(0);
        assert_eq!(
            (mail.tls, mail.user.as_deref(), mail.to.as_slice()),
            (true, Some("ann"), &["tech@example.org".to_owned()][..]),
            "{tls}"
        );
        let wrong = mail_test(&settings, &[ANN[0], ("GRADUS_SMTP_PASSWORD", "hunter2")], "tech@example.org");
        let message = said(&wrong);
        assert!(!wrong.status.success() && message.contains("(sign_in)") && !message.contains("hunter2"), "{tls}: {message}");
        let without = mail_test(&settings, &[], "tech@example.org");
        assert!(!without.status.success() && said(&without).contains("(sign_in)"), "{tls}: {}", said(&without));
        assert_eq!(office.mails().len(), 1, "{tls}");
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_not_trusted_and_no_password_is_told() {
    for tls in ["starttls", "tls"] {
        let Some(office) = PostOffice::open(&format!("{tls}+auth")) else { return };
        let mut settings = office.settings(tls);
        settings.retain(|(name, _)| name != "GRADUS_SMTP_CA");
        let output = mail_test(&settings, &ANN, "tech@example.org");
        assert!(!output.status.success() && said(&output).contains("(secure)"), "{tls}: {}", said(&output));
        assert_eq!(office.mails().len(), 0);
    }
}

#[test]
fn a_server_without_tls_is_not_talked_to_in_the_clear() {
    let Some(office) = PostOffice::open("off") else { return };
    let settings: Vec<_> = office.settings("off").into_iter().filter(|(name, _)| name != "GRADUS_SMTP_TLS").collect();
    let output = mail_test(&settings, &[], "tech@example.org");
    assert!(!output.status.success() && said(&output).contains("(secure)"), "{}", said(&output));
    assert_eq!(office.mails().len(), 0);
}

#[test]
fn the_technician_is_told_in_words_what_is_wrong() {
    let none = mail_test(&[], &[], "tech@example.org");
    assert!(!none.status.success() && said(&none).contains("sends no e-mail: set GRADUS_SMTP_HOST"), "{}", said(&none));
    let Some(office) = PostOffice::open("off") else { return };
    let settings = office.settings("off");
    let taken = mail_test(&settings, &[], "tech@example.org");
    assert!(taken.status.success() && said(&taken).contains("took the message for tech@example.org"), "{}", said(&taken));
    let refused = mail_test(&settings, &[], "refused@example.org");
    assert!(
        !refused.status.success() && said(&refused).contains("(refused)") && said(&refused).contains("no such mailbox"),
        "{}",
        said(&refused)
    );
    let nonsense = mail_test(&settings, &[], "a@b\r\nBcc: c@d");
    assert!(!nonsense.status.success() && said(&nonsense).contains("(unusable)"), "{}", said(&nonsense));
    let nobody = mail_test(&settings, &[("GRADUS_SMTP_PORT", "1")], "tech@example.org");
    assert!(!nobody.status.success() && said(&nobody).contains("(unreachable)"), "{}", said(&nobody));
    assert_eq!(office.wait_for(1).len(), 1);
}
