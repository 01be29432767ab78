//! What a parameter is for, as help and documentation say it. Which ones there are is told by the grants that
//! read them; a test of the command line holds this list against theirs.

/// What a parameter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// What stands for its value.
    pub value: &'static str,
    /// What it is for: short, and no sentence.
    pub help: &'static str,
    /// What else there is to know, without its full stop; empty where there is nothing.
    pub more: &'static str,
}

/// The value of a parameter that is a list or an object.
pub const JSON: &str = "JSON";

/// One parameter a line: its name, the product that it is of where that matters, what stands for its value,
/// what it is for, and what else there is to know.
#[rustfmt::skip]
pub const ALL: &[(&str, &str, &str, &str, &str)] = &[
    ("appId", "", "APP_ID", "Which project signs, where the credentials hold several", ""),
    ("appId", "inspect", "APP_ID", "The App ID that the app uses", ""),
    ("tokenExpire", "", "SECONDS", "The lifetime from now on, 1 to 86400; left out, 3600", "Left out where the policy allows less, it is that. A Unix time is refused: a 007 token holds a lifetime, to which the time of issue is added"),
    ("tokenExpire", "fpa", "SECONDS", "The lifetime from now on, 1 to 86400; left out, 86400", ""),
    ("channelName", "", "NAME", "The channel", ""),
    ("channelName", "rtm", "NAME", "A stream channel, which the token opens too", "With the right to send data. The user must be a possible RTC account"),
    ("channelName", "inspect", "NAME", "The channel that the app joins", ""),
    ("uid", "", "NUMBER", "The user's number, 0 to 4294967295; 0 admits any user", ""),
    ("uid", "inspect", "NUMBER", "The number that the app joins with", ""),
    ("account", "inspect", "NAME", "The name that the app joins with", ""),
    ("account", "", "NAME", "The user's name, instead of a number", "Sent instead of `uid`, never with it"),
    ("role", "", "ROLE", "`publisher` or `subscriber`; left out, subscriber", ""),
    ("role", "inspect", "ROLE", "`publisher` or `subscriber`, as which the app joins", ""),
    ("role", "education", "NUMBER", "-1 to 4: none, audience, teacher, student, assistant, observer", ""),
    ("role", "whiteboard", "ROLE", "`admin`, `writer` or `reader`", ""),
    ("privilegeExpire", "", "SECONDS", "How long the role's rights last; left out, as long as the token", ""),
    ("privileges", "", JSON, "The rights one by one with their seconds: '{\"joinChannel\":600}'", "Instead of `role` and `privilegeExpire`; what is left out is not granted, except joining"),
    ("privileges", "streaming", JSON, "The rights with their seconds: '{\"publishMixStream\":600}'", ""),
    ("privileges", "fcdn", JSON, "The rights with their seconds: '{\"play\":600}'", ""),
    ("version", "rtm", "FORMAT", "`007`, or `006` for RTM 1.x", "006 knows neither stream channels nor permissions"),
    ("version", "", "FORMAT", "`007`, or `006` for SDKs before RTC 4.x and RTM 2.x", ""),
    ("userId", "", "NAME", "The user", ""),
    ("userId", "inspect", "NAME", "The user who logs in to RTM, Chat or Education", ""),
    ("permissions", "", JSON, "What may be read and written: '{\"users\":{\"read\":[\"*\"]}}'", "Instead of a stream channel: lists of names under `read` and `write`"),
    ("roomUuid", "", "ID", "The room", ""),
    ("userUuid", "", "ID", "The user", ""),
    ("uuid", "", "ID", "The room or the task", ""),
    ("rtmUserId", "", "NAME", "The user of RTM", ""),
    ("services", "", JSON, "The services: '[{\"type\":\"rtc\",\"channelName\":\"lobby\",\"uid\":7}]'", ""),
    ("at", "inspect", "UNIX_TIME", "Judge the token at another time than now, in seconds", ""),
];

/// What is said of the parameter `name` of a kind of token, or of what an app joins with.
pub fn of(name: &str, kind: &str) -> Option<Words> {
    let product = kind.split('/').next().unwrap_or_default();
    let of = |product: &str| {
        let found = ALL
            .iter()
            .find(|(known, own, ..)| *known == name && *own == product);
        found.map(|(_, _, value, help, more)| Words { value, help, more })
    };
    of(product).or_else(|| of(""))
}
