//! The names of users, in the products that take them.

use md5::{Digest as _, Md5};
use ring::digest::{SHA256, digest};

use crate::model::pattern::is_blank;

/// What differs in the names that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Product {
    Rtc,
    /// And Education.
    Rtm,
    Chat,
}

impl Product {
    pub(crate) fn takes(self, name: &str) -> bool {
        const OTHERS: &str = " !#$%&()+-:;<=.>?@[]^_{}|~,";
        let rtc = |c: char| c.is_ascii_alphanumeric() || OTHERS.contains(c);
        let chat = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.".contains(c);
        match self {
            Self::Rtc => (1..=255).contains(&name.len()) && name.chars().all(rtc),
            Self::Rtm => (1..=64).contains(&name.len()) && !name.chars().any(char::is_control),
            Self::Chat => (1..=64).contains(&name.len()) && name.chars().all(chat),
        }
    }

    /// What stands there for a user of this name.
    pub(crate) fn name_of(self, name: &str) -> String {
        match self.takes(name) && !is_replacement(name) {
            true => name.to_owned(),
            false => replacement(name),
        }
    }
}

fn is_replacement(name: &str) -> bool {
    let hexadecimal = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    name.strip_prefix("u-")
        .is_some_and(|rest| rest.len() == 32 && rest.chars().all(hexadecimal))
}

pub(crate) fn replacement(name: &str) -> String {
    format!("u-{}", &sha256(&format!("agora-name:{name}"))[..32])
}

/// The uid of a user who has no other.
pub(crate) fn derived_uid(subject: &str) -> u32 {
    let digits = &sha256(&format!("agora-uid:{subject}"))[..8];
    u32::from_str_radix(digits, 16).unwrap_or(0)
}

pub(crate) fn sha256(text: &str) -> String {
    hexadecimal(digest(&SHA256, text.as_bytes()).as_ref())
}

/// Chat's name of an Education user.
pub(crate) fn chat_of_education(user: &str) -> String {
    hexadecimal(&Md5::digest(user.as_bytes()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How a uid is signed.
pub(crate) fn rtc_name(uid: u32) -> String {
    match uid {
        0 => String::new(),
        uid => uid.to_string(),
    }
}

/// The uid that signs to the same bytes as this account.
pub(crate) fn uid_of_digits(account: &str) -> Option<u32> {
    let uid: u32 = account.parse().ok()?;
    (uid.to_string() == account).then_some(uid)
}

/// Whether a name stands for many.
pub(crate) fn is_many(name: &str) -> bool {
    name.contains('*') || is_blank(name)
}

#[test]
fn names_are_made_as_the_documentation_says() {
    assert_eq!(derived_uid("alice"), 823_578_133);
    let ann = replacement("Ann");
    assert_eq!(ann.len(), 34);
    assert_eq!(Product::Chat.name_of("Ann"), ann);
    assert_eq!(Product::Rtm.name_of("Ann"), "Ann");
    // It would be the name of Ann.
    assert_eq!(Product::Rtm.name_of(&ann), replacement(&ann));
    assert_eq!(Product::Chat.name_of(&ann), replacement(&ann));
    assert_eq!(Product::Rtm.name_of("änn"), "änn");
    assert_eq!(Product::Rtc.name_of("änn"), replacement("änn"));
    let long = "a".repeat(65);
    assert_eq!(Product::Rtc.name_of(&long), long);
    assert_eq!(Product::Rtm.name_of(&long), replacement(&long));
}
