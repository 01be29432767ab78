//! Every request of another server that is answered here.
//!
//! The README has the same rows, with what goes back and who reads it; a test holds one against the
//! other, and both against the routes of the template and of the local server.

use super::DropIn;

/// Makes the rows, each a constant by which its function refers to it, and the list of them all.
macro_rules! rows {
    ($($name:ident: $method:literal $($path:literal),+ => $function:literal, $original:literal;)+) => {
        $(
            #[doc = concat!("`", $method, $(" ", $path),+, "`: ", $original)]
            pub static $name: DropIn = DropIn {
                method: $method,
                paths: &[$($path),+],
                function: $function,
                original: $original,
            };
        )+

        /// Every row.
        pub static DROP_INS: &[&DropIn] = &[$(&$name),+];
    };
}

rows! {
    RTC_PATH: "GET" "/rtc/{channel}/{role}/{type}/{id}"
        => "rtc", "agora-token-service, Agora-Node-TokenServer";
    RTM_PATH: "GET" "/rtm/{id}"
        => "rtm", "agora-token-service, Agora-Node-TokenServer";
    RTE_PATH: "GET" "/rte/{channel}/{role}/{type}/{id}", "/rte/{channel}/{role}/{type}/{id}/{rtmId}"
        => "bundle", "agora-token-service, Agora-Node-TokenServer";
    CHAT_APP_PATH: "GET" "/chat/app"
        => "chat", "agora-token-service";
    CHAT_ACCOUNT_PATH: "GET" "/chat/account/{id}"
        => "chat", "agora-token-service";
    GET_TOKEN: "POST" "/getToken", "/token/getNew"
        => "bundle", "agora-token-service";
    ACCESS_TOKEN: "GET" "/access_token"
        => "rtc", "TokenServer-nodejs";
    RTC_TOKEN: "GET" "/rtcToken"
        => "rtc", "AgoraDynamicKey DemoServer.js";
    RTM_TOKEN: "GET" "/rtmToken"
        => "rtm", "AgoraDynamicKey DemoServer.js";
    TOKEN_GENERATE: "POST" "/token/generate"
        => "bundle", "AgoraDynamicKey docker server in Go; Chat push sample in Java";
    FETCH_RTC_TOKEN: "POST" "/fetch_rtc_token"
        => "rtc", "Agora docs, Go";
    FETCH_RTM_TOKEN: "POST" "/fetch_rtm_token"
        => "rtm", "Agora docs, Go";
    FETCH_EDUCATION_TOKEN: "POST" "/fetch_education_token"
        => "education", "Agora docs, Go";
    GENERATE_USER_TOKEN: "POST" "/generate-user-token"
        => "chat", "Agora docs, Chat";
    GENERATE_APP_TOKEN: "POST" "/generate-app-token"
        => "chat", "Agora docs, Chat";
    API_CHAT_USER: "GET" "/api/token/generateUserToken"
        => "chat", "Agora docs, Chat in Node.js";
    API_CHAT_APP: "GET" "/api/token/generateAppToken"
        => "chat", "Agora docs, Chat in Node.js";
    CHAT_USER_TEXT: "GET" "/chat/user/{name}/token"
        => "chat", "Agora docs, Chat in Java";
    CHAT_APP_TEXT: "GET" "/chat/app/token"
        => "chat", "Agora docs, Chat in Java";
    RTC_TEXT: "GET" "/rtc/{channel}/{uid}/{role=1|2}/token"
        => "rtc", "Agora docs, Chat in Java";
    PYTHON_TOKEN: "GET" "/v1/token"
        => "rtc", "AgoraDynamicKey docker server in Python";
    TOOLBOX: "POST" "/v1/token/generate", "/v2/token/generate",
        "/toolbox/v1/token/generate", "/toolbox/v2/token/generate"
        => "bundle", "Agora toolbox";
    TOOLBOX_006: "POST" "/v1/token006/generate", "/v2/token006/generate",
        "/toolbox/v1/token006/generate", "/toolbox/v2/token006/generate"
        => "bundle", "Agora toolbox";
    API_TOKEN: "POST" "/api/token"
        => "bundle", "samples for RTC with RTM; TEN agent";
    GENERATE_AGORA_TOKEN: "GET" "/api/generate-agora-token"
        => "bundle", "Conversational AI quickstart in Next.js";
    GET_CONFIG: "GET" "/get_config"
        => "bundle", "Conversational AI quickstart in Python";
    EDU_PATH: "GET" "/edu/{version=v3|v4}/rooms/{room}/roles/{role}/users/{user}/token"
        => "education", "Flexible Classroom";
}
