//! A certificate is taken from the environment, a file or standard input, and never from an argument.

use crate::failure::{Exit, Failure};
use std::ffi::OsString;

/// What somebody may call the option that there is not, in lower case and without separators.
const NAMES: [&str; 12] = [
    "certificate",
    "cert",
    "appcertificate",
    "appcert",
    "primarycertificate",
    "secondarycertificate",
    "secret",
    "appsecret",
    "secretkey",
    "whiteboardsecretkey",
    "agoraappcertificate",
    "agorasecondarycertificate",
];

const WHY: &str = "a certificate or secret key is not taken from an argument: every user of this machine can read the arguments of a process, and the shell writes them into its history. Set AGORA_APP_CERTIFICATE, or name a file with --credentials (`-` for standard input). If the one that you gave is a real one, replace it in Agora Console";

/// Refuses a certificate among the arguments. None of them is repeated.
pub(crate) fn refuse_in(arguments: &[OsString]) -> Result<(), Failure> {
    let words = arguments.iter().skip(1).map(|word| word.to_string_lossy());
    for word in words.take_while(|word| word != "--") {
        let name = match word.split_once('=') {
            Some((name, _)) => name,
            None if word.starts_with("--") => &word,
            None => "",
        };
        let plain: String = name.chars().filter(|c| !"-_".contains(*c)).collect();
        let document = word.trim_start().starts_with('{') && word.contains("ertificate");
        if document || NAMES.contains(&plain.to_ascii_lowercase().as_str()) {
            return Err(Failure::new(Exit::Usage, "certificate_in_arguments", WHY));
        }
    }
    Ok(())
}
