//! The errors that Agora's SDKs show when they refuse a token.
//!
//! Only what their references and headers say is here. Where a code means other things as well, or
//! its meaning is not documented, a finding goes without it.

use crate::token::{Service, ServiceKind};
use serde::Serialize;

/// An error as somebody has seen it.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct SdkError {
    #[serde(skip)]
    product: Product,
    sdk: &'static str,
    code: i32,
    name: &'static str,
    /// The text that goes with it, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Product {
    Rtc,
    Rtm,
    Chat,
}

/// The products whose SDKs take a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Products {
    rtc: bool,
    rtm: bool,
    chat: bool,
}

impl Products {
    /// Nobody knows what the text was given to.
    pub(crate) const ALL: Self = Self {
        rtc: true,
        rtm: true,
        chat: true,
    };
    pub(crate) const NONE: Self = Self {
        rtc: false,
        rtm: false,
        chat: false,
    };
    pub(crate) const RTC: Self = Self {
        rtc: true,
        ..Self::NONE
    };
    pub(crate) const RTM: Self = Self {
        rtm: true,
        ..Self::NONE
    };
    pub(crate) const CHAT: Self = Self {
        chat: true,
        ..Self::NONE
    };
    pub(crate) const RTC_AND_RTM: Self = Self {
        chat: false,
        ..Self::ALL
    };
    /// Those that a user logs in to.
    pub(crate) const RTM_AND_CHAT: Self = Self {
        rtc: false,
        ..Self::ALL
    };

    /// Those that a token's services are for.
    pub(crate) fn of(services: &[Service]) -> Self {
        let any = |is: fn(&ServiceKind) -> bool| services.iter().any(|service| is(&service.kind));
        Self {
            rtc: any(|kind| matches!(kind, ServiceKind::Rtc { .. })),
            rtm: any(|kind| matches!(kind, ServiceKind::Rtm { .. } | ServiceKind::Rtm2 { .. })),
            chat: any(|kind| matches!(kind, ServiceKind::Chat { .. })),
        }
    }

    fn has(self, product: Product) -> bool {
        match product {
            Product::Rtc => self.rtc,
            Product::Rtm => self.rtm,
            Product::Chat => self.chat,
        }
    }
}

/// Why a token is refused, as far as the SDKs tell refusals apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The project requires a token and there is none.
    Missing,
    /// The App ID is not one.
    AppId,
    /// The token is not good for what it is used for.
    Invalid,
    /// The token or a right in it has ended.
    Expired,
    /// The user may not become a host.
    Role,
}

impl Refusal {
    /// What the SDKs of these products show.
    pub(crate) fn errors(self, products: Products) -> Vec<SdkError> {
        let all = match self {
            Self::Missing => MISSING,
            Self::AppId => APP_ID,
            Self::Invalid => INVALID,
            Self::Expired => EXPIRED,
            Self::Role => ROLE,
        };
        all.iter()
            .filter(|error| products.has(error.product))
            .copied()
            .collect()
    }
}

const MISSING: &[SdkError] = &[
    rtc(110, "ERR_INVALID_TOKEN"),
    web(
        120,
        "DYNAMIC_USE_STATIC_KEY",
        Some("CAN_NOT_GET_GATEWAY_SERVER: dynamic use static key"),
    ),
    rtm1(5, "LOGIN_ERR_INVALID_TOKEN"),
    chat(104, "INVALID_TOKEN"),
];

const APP_ID: &[SdkError] = &[
    rtc(101, "ERR_INVALID_APP_ID"),
    web(
        101,
        "INVALID_VENDOR_KEY",
        Some("CAN_NOT_GET_GATEWAY_SERVER: invalid vendor key, can not find appid"),
    ),
    rtm1(4, "LOGIN_ERR_INVALID_APP_ID"),
    rtm2(-10003, "RTM_ERROR_INVALID_APP_ID"),
];

const INVALID: &[SdkError] = &[
    rtc(110, "ERR_INVALID_TOKEN"),
    web(
        110,
        "NO_AUTHORIZED",
        Some("CAN_NOT_GET_GATEWAY_SERVER: invalid token, authorized failed"),
    ),
    rtm1(5, "LOGIN_ERR_INVALID_TOKEN"),
    rtm2(-10005, "RTM_ERROR_INVALID_TOKEN"),
    chat(104, "INVALID_TOKEN"),
    chat(202, "USER_AUTHENTICATION_FAILED"),
];

const EXPIRED: &[SdkError] = &[
    rtc(109, "ERR_TOKEN_EXPIRED"),
    web(
        109,
        "DYNAMIC_KEY_TIMEOUT",
        Some("CAN_NOT_GET_GATEWAY_SERVER: dynamic key or token timeout"),
    ),
    web(118, "DYNAMIC_KEY_EXPIRED", None),
    rtm1(6, "LOGIN_ERR_TOKEN_EXPIRED"),
    rtm2(-10009, "RTM_ERROR_TOKEN_EXPIRED"),
    chat(108, "TOKEN_EXPIRED"),
];

const ROLE: &[SdkError] = &[rtc(119, "ERR_SET_CLIENT_ROLE_NOT_AUTHORIZED")];

const fn error(
    product: Product,
    sdk: &'static str,
    code: i32,
    name: &'static str,
    message: Option<&'static str>,
) -> SdkError {
    SdkError {
        product,
        sdk,
        code,
        name,
        message,
    }
}

const fn rtc(code: i32, name: &'static str) -> SdkError {
    error(Product::Rtc, "RTC", code, name, None)
}

const fn web(code: i32, name: &'static str, message: Option<&'static str>) -> SdkError {
    error(Product::Rtc, "RTC Web", code, name, message)
}

const fn rtm1(code: i32, name: &'static str) -> SdkError {
    error(Product::Rtm, "RTM 1.x", code, name, None)
}

const fn rtm2(code: i32, name: &'static str) -> SdkError {
    error(Product::Rtm, "RTM 2.x", code, name, None)
}

const fn chat(code: i32, name: &'static str) -> SdkError {
    error(Product::Chat, "Chat", code, name, None)
}
