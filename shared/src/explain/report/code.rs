//! Every finding there is.

use crate::explain::report::sdk::Refusal;
use serde::{Serialize, Serializer};

/// How much a finding matters.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// The token will be refused, or does not do what it is used for.
    Error,
    /// The token works, perhaps not as its maker thinks.
    Warning,
    /// Good to know.
    Info,
}

/// Declares the codes: their text, which is part of the API and stays as it is, their severity, and
/// the refusal that somebody has seen, where the SDKs have an error for it.
macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $text:literal, $severity:ident $(, $refusal:ident)?;)+) => {
        /// What was found. [`Code::as_str`] is part of the API and stays as it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])+ $name,)+
        }

        impl Code {
            /// Every code.
            #[cfg(any(test, feature = "contract"))]
            pub(crate) const ALL: &[Self] = &[$(Self::$name),+];

            /// The stable text, such as `user_mismatch`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// How much it matters.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)+
                }
            }

            pub(crate) fn refusal(self) -> Option<Refusal> {
                match self {
                    $(Self::$name => None$(.or(Some(Refusal::$refusal)))?,)+
                }
            }
        }
    };
}

codes! {
    // The text as it was pasted, where no token can be read in it.

    /// There is no text.
    TextEmpty = "text_empty", Error, Missing;
    /// The text is longer than any token.
    TextTooLong = "text_too_long", Error, Invalid;
    /// Part of the token was replaced, by stars or dots.
    TextMasked = "text_masked", Error, Invalid;
    /// A character that no base64 holds.
    TextBadCharacter = "text_bad_character", Error, Invalid;
    /// The end of the token is lost.
    TextTruncated = "text_truncated", Error, Invalid;
    /// A character of the token is another one.
    TextDamaged = "text_damaged", Error, Invalid;
    /// The version that a token begins with is gone.
    TextPrefixMissing = "text_prefix_missing", Error, Invalid;

    // What the app hands it to.

    /// The text names an SDK that is too old for version 007.
    SdkTooOld = "sdk_too_old", Error, Invalid;

    // What is no token.

    /// Nothing that is known here.
    NotAToken = "not_a_token", Error, Invalid;
    /// `undefined`, `null` and the like: a variable without a token.
    PlaceholderAsToken = "placeholder_as_token", Error, Invalid;
    /// The error of a token server, an SDK or a web server.
    ErrorAsToken = "error_as_token", Error, Invalid;
    /// A whole JSON document, perhaps with a token in it.
    JsonAsToken = "json_as_token", Error, Invalid;
    /// A JSON Web Token.
    JwtAsToken = "jwt_as_token", Error, Invalid;
    /// An App ID.
    AppIdAsToken = "app_id_as_token", Error, Invalid;
    /// What may be a certificate.
    CertificateAsToken = "certificate_as_token", Error, Invalid;
    /// Customer ID and customer secret of Agora's REST APIs.
    RestCredentialsAsToken = "rest_credentials_as_token", Error, Invalid;
    /// The app key of Chat.
    ChatAppKeyAsToken = "chat_app_key_as_token", Error, Invalid;
    /// An API key of the deployment.
    ApiKeyAsToken = "api_key_as_token", Error, Invalid;
    /// A dynamic key or signaling key: what there was before tokens.
    DynamicKey = "dynamic_key", Error, Invalid;
    /// A token that Chat's own servers made.
    ChatServerToken = "chat_server_token", Error, Invalid;

    // The content.

    /// The text is whole, and its content is not that of a token.
    ContentMalformed = "content_malformed", Error, Invalid;
    /// The content inflates to more than any token holds, or lists more.
    ContentTooLarge = "content_too_large", Error, Invalid;

    // How the token was made.

    /// The App ID in the token is not one.
    AppIdMalformed = "app_id_malformed", Error, AppId;
    /// The token is for another App ID than the app's.
    AppIdMismatch = "app_id_mismatch", Error, Invalid;
    /// A certificate or secret key that is known stands in the token, readable by anybody.
    SecretInToken = "secret_in_token", Error, Invalid;
    /// The signature is not 32 bytes.
    SignatureMalformed = "signature_malformed", Error, Invalid;
    /// Another certificate signed the token, or somebody changed it.
    SignatureWrong = "signature_wrong", Error, Invalid;
    /// The token ends when it begins.
    LifetimeZero = "lifetime_zero", Error, Expired;
    /// The lifetime of a 007 token is a Unix time.
    LifetimeIsTimestamp = "lifetime_is_timestamp", Error, Expired;
    /// An end in a 006 token is a lifetime.
    EndIsLifetime = "end_is_lifetime", Error, Expired;
    /// The end of a whiteboard token is in seconds.
    EndInSeconds = "end_in_seconds", Error;
    /// A 006 token for RTM was made with a uid beside its user.
    RtmUidNotEmpty = "rtm_uid_not_empty", Error, Invalid;

    // What it is used for.

    /// The token holds no service.
    ServicesNone = "services_none", Error, Invalid;
    /// The app joins a channel, and the token opens none.
    ServiceRtcMissing = "service_rtc_missing", Error, Invalid;
    /// The app logs a user in, and the token has no service for that.
    ServiceRtmMissing = "service_rtm_missing", Error, Invalid;
    /// The app logs a user in with a token that is for the app's server.
    AppTokenAsUserToken = "app_token_as_user_token", Error, Invalid;
    /// The app joins a channel whose name no SDK takes.
    ChannelNameMalformed = "channel_name_malformed", Error;
    /// The token is for another channel.
    ChannelMismatch = "channel_mismatch", Error, Invalid;
    /// The token is for another user.
    UserMismatch = "user_mismatch", Error, Invalid;
    /// The RTC service lacks the right to join.
    JoinRightMissing = "join_right_missing", Error, Invalid;
    /// A service lacks the right to log in.
    LoginRightMissing = "login_right_missing", Error, Invalid;

    // Its age.

    /// The token has ended.
    TokenExpired = "token_expired", Error, Expired;
    /// A privilege has ended, and the token hasn't.
    PrivilegeEnded = "privilege_ended", Error, Expired;

    // What a token that works may still fail for.

    /// The same token stands twice in the text.
    TextRepeated = "text_repeated", Warning;
    /// The token is for the channel or the uid of Agora's samples.
    SampleValues = "sample_values", Warning, Invalid;
    /// The token says that it is issued later than now.
    IssuedInFuture = "issued_in_future", Warning;
    /// The token lives less than a minute.
    LifetimeShort = "lifetime_short", Warning;
    /// A right in a 006 token ends in ten years or later.
    EndInDecades = "end_in_decades", Warning;
    /// The token is for the account `0`, where uid 0 was meant.
    UidZeroText = "uid_zero_text", Warning;
    /// The token is for a negative number.
    UidNegative = "uid_negative", Warning;
    /// The token is for a number that is no uid: above 4294967295.
    UidTooLarge = "uid_too_large", Warning;
    /// The token is percent-encoded.
    TextUrlEncoded = "text_url_encoded", Warning, Invalid;
    /// The base64 is in the other alphabet: URL-safe where it must be standard, or the reverse.
    TextWrongAlphabet = "text_wrong_alphabet", Warning, Invalid;
    /// The base64 lacks its padding, or has one where there must be none.
    TextWrongPadding = "text_wrong_padding", Warning, Invalid;
    /// Characters that nobody sees, such as a byte order mark.
    TextInvisible = "text_invisible", Warning, Invalid;
    /// The app publishes, and the token has no right to.
    PublishRightsMissing = "publish_rights_missing", Warning, Role;

    // The token in a nutshell.

    /// Nothing in the token speaks against it.
    TokenFits = "token_fits", Info;
    /// Nobody said what the app joins with.
    NothingCompared = "nothing_compared", Info;

    // What stood around the token.

    /// There are several tokens in the text.
    TextSeveralTokens = "text_several_tokens", Warning;
    /// White space or line breaks around the token or in it.
    TextWhiteSpace = "text_white_space", Warning, Invalid;
    /// Quotation marks around the token.
    TextQuoted = "text_quoted", Warning, Invalid;
    /// The token follows `Bearer `, as in a header.
    TextBearer = "text_bearer", Warning;
    /// The token follows `agora token=`, as in the header of Agora's REST APIs.
    TextAgoraHeader = "text_agora_header", Warning;
    /// Characters of the token are written as escapes of JSON or HTML.
    TextEscaped = "text_escaped", Warning, Invalid;
    /// The whole token is encoded in base64 once more.
    TextBase64 = "text_base64", Warning, Invalid;
    /// The whole token is written in hexadecimal digits.
    TextHex = "text_hex", Warning, Invalid;
    /// Other text around the token: a log line, code, JSON, a URL.
    TextAround = "text_around", Info;

    // What else there is to know of it.

    /// The App ID is the sample of Agora's documentation.
    SampleAppId = "sample_app_id", Warning, AppId;
    /// The token is for a project that is not known.
    AppIdUnknown = "app_id_unknown", Warning, AppId;
    /// The whiteboard token is for an access key that is not known.
    AccessKeyUnknown = "access_key_unknown", Warning;
    /// The secondary certificate signed the token.
    SignatureSecondary = "signature_secondary", Info;
    /// The signature was not checked.
    SignatureUnchecked = "signature_unchecked", Info;
    /// The token is meant to live longer than 24 hours.
    LifetimeOver24h = "lifetime_over_24h", Warning;
    /// The whiteboard token never ends.
    LifetimeUnlimited = "lifetime_unlimited", Warning;
    /// The lifetime of a privilege in a 007 token is a Unix time.
    PrivilegeIsTimestamp = "privilege_is_timestamp", Warning;
    /// A privilege of a 007 token has the lifetime 0.
    PrivilegeZero = "privilege_zero", Warning;
    /// A privilege will end before the token does.
    PrivilegeEndsFirst = "privilege_ends_first", Warning;
    /// The token opens more than one channel.
    WildcardChannel = "wildcard_channel", Warning;
    /// The token lets in more than one user.
    WildcardUser = "wildcard_user", Info;
    /// The app joins with an account of digits.
    NumericAccount = "numeric_account", Warning;
    /// Version 006.
    Format006 = "format_006", Warning;
    /// A 006 token, which its holder can cut anew.
    LegacyRecut = "legacy_recut", Warning;
    /// The token holds several services.
    ServicesSeveral = "services_several", Info;
    /// The token holds a service that nobody knows.
    ServiceUnknown = "service_unknown", Warning;
    /// The app publishes, and the token has some of the rights.
    PublishRightsPartial = "publish_rights_partial", Warning;
    /// The Education service lacks any right.
    RoomRightMissing = "room_right_missing", Warning;
    /// A privilege that the service does not have.
    PrivilegeUnknown = "privilege_unknown", Warning;
    /// The token administers a whole project.
    AppPrivileges = "app_privileges", Warning;
    /// Bytes after the end of the token.
    TrailingBytes = "trailing_bytes", Warning;
    /// The answer does not show everything.
    AnswerShortened = "answer_shortened", Info;
}

#[cfg(feature = "contract")]
impl schemars::JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FindingCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<&str> = Self::ALL.iter().map(|code| code.as_str()).collect();
        schemars::json_schema!({"description": "What was found.", "enum": codes})
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
