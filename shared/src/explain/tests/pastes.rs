//! Ways to paste a token, as people do, and things that they paste in its place.

use super::*;
use crate::explain::report::code::Code::{self, *};

/// A token with everything that is escaped somewhere: `+`, `/` and a `=` at the end.
fn whole() -> String {
    let has = |text: &str| text.contains('+') && text.contains('/') && text.ends_with('=');
    (0..10_000)
        .map(|salt| signed(&AccessToken2 { salt, ..good() }))
        .find(|text| has(text))
        .unwrap()
}

fn url_encoded(text: &str) -> String {
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

fn lines(text: &str, len: usize, between: &str) -> String {
    let bytes: Vec<&[u8]> = text.as_bytes().chunks(len).collect();
    let lines: Vec<&str> = bytes
        .into_iter()
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    lines.join(between)
}

/// What is pasted, with `@@` for the token, and the note that goes with it.
const AROUND: &[(&str, Code)] = &[
    ("flutter: @@", TextAround),
    (r#"I/flutter ( 1234): {"rtcToken":"@@"}"#, TextAround),
    (
        "2024-01-05 10:11:12.006 7070-7071/com.example D/Agora: token is @@, uid is 42",
        TextAround,
    ),
    ("D/AgoraToken: [@@]", TextAround),
    ("[log] token → @@", TextAround),
    ("LOG  token: @@", TextAround),
    (
        "2024-01-05 10:11:12.345678+0100 Runner[700:4711] @@",
        TextAround,
    ),
    ("System.out: @@", TextAround),
    ("const token = '@@';", TextAround),
    (r#"String token = "@@"; // from the console"#, TextAround),
    (r#"let token: String? = "@@""#, TextAround),
    (r#"@"@@""#, TextAround),
    (r#"$token = "@@";"#, TextAround),
    ("token := `@@`", TextAround),
    ("#define AGORA_TOKEN \"@@\"", TextAround),
    ("AGORA_TOKEN=@@", TextAround),
    ("export AGORA_TEMP_TOKEN=\"@@\"", TextAround),
    (
        "NEXT_PUBLIC_TOKEN='@@'\nNEXT_PUBLIC_CHANNEL=lobby",
        TextAround,
    ),
    ("agora:\n  token: @@ # temporary", TextAround),
    ("  - \"@@\"", TextAround),
    ("<string name=\"agora_token\">@@</string>", TextAround),
    ("<key>token</key><string>@@</string>", TextAround),
    ("<td>@@</td>", TextAround),
    ("await client.join(APP_ID, 'lobby', '@@', 42)", TextAround),
    (
        "engine.joinChannel(\"@@\", \"lobby\", \"\", 42);",
        TextAround,
    ),
    ("rtm.login({ token: '@@' })", TextAround),
    (r#"{"token":"@@"}"#, TextAround),
    (r#"{"code":0,"data":{"token":"@@","uid":42}}"#, TextAround),
    (r#"[{"a":{"b":["@@"]}}]"#, TextAround),
    ("{'token': '@@', 'uid': 42}", TextAround),
    (r#"{"body":"{\"token\":\"@@\"}"}"#, TextAround),
    (r#""{\"token\":\"@@\"}""#, TextAround),
    ("b'@@'", TextAround),
    ("u'@@'", TextAround),
    ("RtcToken(token=@@, uid=42)", TextAround),
    ("Response{code=200, token='@@'}", TextAround),
    ("Optional(@@)", TextAround),
    ("Some(\"@@\")", TextAround),
    ("string(139) \"@@\"", TextAround),
    ("Array\n(\n    [token] => @@\n)", TextAround),
    ("<@@>", TextAround),
    ("@@.", TextAround),
    ("@@,", TextAround),
    ("@@;", TextAround),
    ("(@@)", TextAround),
    ("**@@**", TextAround),
    ("```\n@@\n```", TextQuoted),
    ("| token | @@ |", TextAround),
    ("- @@", TextAround),
    (
        "Here is my token @@ it does not work, please help",
        TextAround,
    ),
    ("My token:\n\n@@\n\nI get error 110 with it.", TextAround),
    (
        "$ curl https://example.com/rtc/lobby/1/uid/42\n{\"rtcToken\":\"@@\"}me@host:~$ ",
        TextAround,
    ),
    (
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n@@",
        TextAround,
    ),
    ("x-agora-token: @@", TextAround),
    ("myapp://join/lobby/42/@@", TextAround),
    ("{\"error\":null,\"token\":\"@@\"}", TextAround),
    ("Token generated: @@\nExpires: 1700003600", TextAround),
    ("Token type: RTC\n@@\nrefresh", TextAround),
    ("\"@@\"", TextQuoted),
    ("„@@“", TextQuoted),
    ("«@@»", TextQuoted),
    ("''@@''", TextQuoted),
    ("\\\"@@\\\"", TextQuoted),
    ("&quot;@@&quot;", TextQuoted),
    ("Bearer @@", TextBearer),
    ("authorization: bearer @@", TextBearer),
    ("'Authorization': 'Bearer @@'", TextBearer),
    ("Authorization: agora token=@@", TextAgoraHeader),
    ("-H 'Authorization: agora token=\"@@\"'", TextAgoraHeader),
    ("@@\t", TextWhiteSpace),
    ("\n\n@@\n", TextWhiteSpace),
    ("\u{a0}@@\u{a0}", TextWhiteSpace),
];

#[test]
fn a_token_is_found_whatever_stands_around_it() {
    let token = whole();
    for (paste, note) in AROUND {
        let text = paste.replace("@@", &token);
        let report = given().channel("lobby").uid(42).explain(&text);
        let found = codes(&report);
        assert_eq!(
            (found.as_slice(), report.verdict),
            ([TokenFits, *note].as_slice(), Verdict::Unverified),
            "{paste}"
        );
        let found = given().channel("lobby").uid(43).codes(&text);
        assert_eq!(found, [UserMismatch, *note], "{paste}");
        assert!(!json(&report).contains(&token), "{paste}");
    }
}

#[test]
fn what_happened_to_a_token_on_its_way_is_undone_and_named() {
    let token = whole();
    let (head, tail) = token.split_at(40);
    let encoded = url_encoded(&token);
    let joined = |between: &str| format!("{head}{between}{tail}");
    for (text, notes) in [
        (format!("\u{feff}{token}"), vec![TextInvisible]),
        (format!("{token}\u{200b}"), vec![TextInvisible]),
        (joined("\u{ad}"), vec![TextInvisible]),
        (format!("\u{1b}[32m{token}\u{1b}[0m"), vec![TextInvisible]),
        (format!("{token}\0"), vec![TextInvisible]),
        (encoded.clone(), vec![TextUrlEncoded]),
        (
            encoded
                .to_lowercase()
                .replace(&encoded.to_lowercase(), &encoded.replace("%2B", "%2b")),
            vec![TextUrlEncoded],
        ),
        (
            url_encoded(&encoded).replace('%', "%25"),
            vec![TextUrlEncoded],
        ),
        (token.replace('+', " "), vec![TextUrlEncoded]),
        (
            format!("https://a.example/?channel=lobby&token={encoded}"),
            vec![TextAround],
        ),
        (
            format!("https://a.example/?token={encoded}&uid=42#x"),
            vec![TextAround],
        ),
        (token.replace('/', "\\/"), vec![TextEscaped]),
        (token.replace('/', "\\\\/"), vec![TextEscaped]),
        (
            token.replace('+', "\\u002B").replace('=', "\\u003d"),
            vec![TextEscaped],
        ),
        (token.replace('+', "\\x2b"), vec![TextEscaped]),
        (
            token.replace('+', "&#43;").replace('/', "&#x2F;"),
            vec![TextEscaped],
        ),
        (
            token.replace('+', "&plus;").replace('=', "&equals;"),
            vec![TextEscaped],
        ),
        (format!("{token}\\n"), vec![TextEscaped]),
        (
            format!("{{\"token\":\"{}\"}}", token.replace('/', "\\/")),
            vec![TextEscaped, TextAround],
        ),
        (
            lines(&token, 40, "=\r\n").replacen(&token[token.len() - 1..], "=3D", 0) + "=3D",
            vec![TextWrongPadding, TextEscaped],
        ),
        (lines(&token, 76, "\r\n"), vec![TextWhiteSpace]),
        (lines(&token, 64, "\n"), vec![TextWhiteSpace]),
        (lines(&token, 30, "\n    "), vec![TextWhiteSpace]),
        (joined("\u{a0}"), vec![TextWhiteSpace]),
        (joined("<wbr>"), vec![TextWhiteSpace, TextEscaped]),
        (
            format!("> {}", lines(&token, 60, "\n> ")),
            vec![TextWhiteSpace, TextAround],
        ),
        (
            format!("\"{}\"", lines(&token, 50, "\" +\n    \"")),
            vec![TextWhiteSpace, TextQuoted],
        ),
        (
            format!("'{}'", lines(&token, 50, "'\n    '")),
            vec![TextWhiteSpace, TextQuoted],
        ),
        (
            format!("echo {}", lines(&token, 50, "\\\n")),
            vec![TextWhiteSpace, TextAround],
        ),
        (BASE64_STANDARD.encode(&token), vec![TextBase64]),
        (
            format!("token: {}", BASE64_STANDARD.encode(&token)),
            vec![TextBase64, TextAround],
        ),
        (
            token.replace('+', "-").replace('/', "_"),
            vec![TextWrongAlphabet],
        ),
        (
            token.trim_end_matches('=').to_owned(),
            vec![TextWrongPadding],
        ),
        (
            format!("token={}&uid=42", token.trim_end_matches('=')),
            vec![TextWrongPadding, TextAround],
        ),
        (format!("{token}="), vec![TextWrongPadding]),
        (format!("007 {}", &token[3..]), vec![TextWhiteSpace]),
        (token.replace('+', "%20"), vec![TextUrlEncoded]),
        (token.replace('+', "\\+"), vec![TextEscaped]),
    ] {
        let found = given().channel("lobby").uid(42).codes(&text);
        let mut expected: Vec<Code> = notes;
        expected.push(TokenFits);
        expected.sort();
        assert_eq!(found, expected, "{}", text.replace(&token, "TOKEN"));
    }
}

#[test]
fn a_lost_beginning_is_named() {
    let legacy = signed_006(&v006("lobby", "42", Privileges::new().with(1_u16, 0)));
    let room = signed_room(&room());
    let token = whole();
    for text in [
        &token[1..],
        &token[3..],
        &format!("OO7{}", &token[3..]),
        &format!("token: {}", &token[3..]),
        &legacy[3..],
        &format!("\"{}\"", &legacy[3..]),
        &room[12..],
        &room[11..],
        &format!("roomToken={}", &room[12..]),
    ] {
        let found = given().channel("lobby").uid(42).codes(text);
        assert_eq!(found.first(), Some(&TextPrefixMissing), "{text}: {found:?}");
    }
}

#[test]
fn two_tokens_are_both_explained() {
    let (rtc, login) = (
        whole(),
        signed(&token(vec![crate::token::builders::rtm::login(
            "ann", 3600,
        )])),
    );
    for text in [
        format!("{rtc} {login}"),
        format!("{login}\n{rtc}"),
        format!(r#"{{"rtcToken":"{rtc}","rtmToken":"{login}"}}"#),
        format!("rtc: {rtc} rtm: {login}"),
        format!("{rtc}{login}"),
    ] {
        let given = given().channel("lobby").uid(42);
        let found = given.codes(&text);
        assert_eq!(found, [TokenFits, TextSeveralTokens], "{text}");
        let answer = json(&given.explain(&text));
        assert!(
            answer.contains("\"others\":[{\"verdict\":\"invalid\""),
            "{answer}"
        );
        assert!(answer.contains("service_rtc_missing"), "{answer}");
    }
    // The same token twice is one.
    let found = given()
        .channel("lobby")
        .uid(42)
        .codes(&format!("{rtc}\n{rtc}"));
    assert_eq!(found, [TextRepeated, TokenFits]);
}

/// What stands where a token belongs, and what it is.
const INSTEAD: &[(&str, Code)] = &[
    ("", TextEmpty),
    ("\"\"", TextEmpty),
    ("\u{feff}", TextEmpty),
    ("null", PlaceholderAsToken),
    ("nil", PlaceholderAsToken),
    ("None", PlaceholderAsToken),
    ("(null)", PlaceholderAsToken),
    ("<null>", PlaceholderAsToken),
    ("undefined", PlaceholderAsToken),
    ("Optional(nil)", PlaceholderAsToken),
    ("token: undefined", PlaceholderAsToken),
    ("Token = null;", PlaceholderAsToken),
    ("flutter: token is null", PlaceholderAsToken),
    (
        "I/flutter (12345): rtcToken was undefined.",
        PlaceholderAsToken,
    ),
    ("the token is None", PlaceholderAsToken),
    ("D/Agora: joinChannel token null", PlaceholderAsToken),
    ("token is nil, uid is 7", PlaceholderAsToken),
    ("the token is now renewed", NotAToken),
    ("token=", PlaceholderAsToken),
    ("token:", PlaceholderAsToken),
    (r#"{"token":null}"#, PlaceholderAsToken),
    (r#"{"token":""}"#, PlaceholderAsToken),
    (
        r#"{"code":0,"data":{"rtcToken":null,"uid":7}}"#,
        PlaceholderAsToken,
    ),
    ("Bearer null", PlaceholderAsToken),
    ("Authorization: Bearer undefined", PlaceholderAsToken),
    ("[object Promise]", PlaceholderAsToken),
    ("Instance of 'RtcToken'", PlaceholderAsToken),
    ("<coroutine object get_token at 0x7f>", PlaceholderAsToken),
    ("R.string.agora_access_token", PlaceholderAsToken),
    ("Promise { <pending> }", PlaceholderAsToken),
    ("Instance of 'Future<String>'", PlaceholderAsToken),
    ("YOUR_TOKEN", PlaceholderAsToken),
    ("<YOUR TOKEN>", PlaceholderAsToken),
    ("YOUR TEMP TOKEN HERE", PlaceholderAsToken),
    ("Your temporary token", PlaceholderAsToken),
    ("<#Your Temp Access Token#>", PlaceholderAsToken),
    ("paste your token here", PlaceholderAsToken),
    ("${TOKEN_VALUE}", PlaceholderAsToken),
    ("{{rtcToken}}", PlaceholderAsToken),
    ("%AGORA_TOKEN%", PlaceholderAsToken),
    ("process.env.AGORA_TOKEN", PlaceholderAsToken),
    ("AGORA_TOKEN", PlaceholderAsToken),
    ("token", PlaceholderAsToken),
    ("<token>", PlaceholderAsToken),
    ("404 page not found", ErrorAsToken),
    (
        "<!DOCTYPE html><html><body><pre>Cannot GET /rtc</pre></body></html>",
        ErrorAsToken,
    ),
    (r#"{"message":"Forbidden"}"#, ErrorAsToken),
    (
        r#"{"message":"Missing Authentication Token"}"#,
        ErrorAsToken,
    ),
    (
        r#"{"error":{"message":"appCertificate is not set"}}"#,
        ErrorAsToken,
    ),
    (r#"{"error":"channel is required"}"#, ErrorAsToken),
    (
        r#"{"type":"about:blank","status":401,"detail":"show an API key","code":"credentials_missing"}"#,
        ErrorAsToken,
    ),
    ("Exception: Failed to load token", ErrorAsToken),
    (
        "SyntaxError: Unexpected token < in JSON at position 0",
        ErrorAsToken,
    ),
    ("TypeError: Failed to fetch", ErrorAsToken),
    (
        "AgoraRTCError CAN_NOT_GET_GATEWAY_SERVER: dynamic use static key",
        ErrorAsToken,
    ),
    (
        "AgoraRTCException: AgoraRTCError CAN_NOT_GET_GATEWAY_SERVER: static use dynamic key",
        ErrorAsToken,
    ),
    ("ErrorCodeType.errInvalidToken", ErrorAsToken),
    ("ERR_INVALID_TOKEN (110)", ErrorAsToken),
    (
        "Access to fetch at 'http://localhost:8080/rtc' has been blocked by CORS policy",
        ErrorAsToken,
    ),
    ("ERR_NGROK_3200", ErrorAsToken),
    ("110", ErrorAsToken),
    ("error code: 109", ErrorAsToken),
    ("RTM Error Code 5", ErrorAsToken),
    ("-10005", ErrorAsToken),
    (
        "onConnectionStateChanged(4, 8): CONNECTION_CHANGED_INVALID_TOKEN",
        ErrorAsToken,
    ),
    (
        "INVALID_VENDOR_KEY: invalid vendor key, can not find appid",
        ErrorAsToken,
    ),
    ("007eJxTYD***", TextMasked),
    ("007eJxTYD********QAfMgNQ==", TextMasked),
    ("007eJxTYDi1bPaJ...", TextMasked),
    ("token: 007eJxTYDi1bP…", TextMasked),
    ("007eJxTYDi1[REDACTED]", TextMasked),
    ("007xxxxxxxxxxxxxxxxxxxx", TextMasked),
    ("006XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", TextMasked),
    ("007•••••••", TextMasked),
    ("****QAfMgNQ==", TextMasked),
    ("007", TextTruncated),
    ("006", TextTruncated),
    ("007eJxTYDi1bPaJ", TextTruncated),
    ("007eJxTYDi1bPaJé+UcWLu92uHLq", TextBadCharacter),
    ("007eJxTYDi1b#PaJUcWLu92uHLq", TextBadCharacter),
    ("970CA35de60c44645bbae8a215061b33", AppIdAsToken),
    ("970ca35de60c44645bbae8a215061b33", AppIdAsToken),
    ("970CA35DE60C44645BBAE8A215061B33", AppIdAsToken),
    ("App ID: 970CA35de60c44645bbae8a215061b33", AppIdAsToken),
    ("7f3c1a9be0d24c58a6e1b2d3c4f5a697", CertificateAsToken),
    (
        "App Certificate: 7f3c1a9be0d24c58a6e1b2d3c4f5a697",
        CertificateAsToken,
    ),
    (
        r#"{"appCertificate":"7f3c1a9be0d24c58a6e1b2d3c4f5a697"}"#,
        CertificateAsToken,
    ),
    (
        r#"{"appId":"970CA35de60c44645bbae8a215061b33","channel":"lobby"}"#,
        JsonAsToken,
    ),
    ("{}", JsonAsToken),
    (
        "Basic N2YzYzFhOWJlMGQyNGM1OGE2ZTFiMmQzYzRmNWE2OTc6MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        RestCredentialsAsToken,
    ),
    (
        "Authorization: Basic N2YzYzFhOWJlMGQyNGM1OGE2ZTFiMmQzYzRmNWE2OTc6MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        RestCredentialsAsToken,
    ),
    (
        "7f3c1a9be0d24c58a6e1b2d3c4f5a697:0123456789abcdef0123456789abcdef",
        RestCredentialsAsToken,
    ),
    ("41117440#383391", ChatAppKeyAsToken),
    (
        r#"{"access_token":"YWMtHNPsAeZpEeS4dQ","expires_in":5184000}"#,
        ChatServerToken,
    ),
    (
        r#"{"token":"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.AAAA"}"#,
        JwtAsToken,
    ),
    (
        "Cookie: session=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.AAAA",
        JwtAsToken,
    ),
    (
        "https://my-token-server.example.com/rtc/lobby/1/uid/42",
        NotAToken,
    ),
    ("1c9ba6c0-4b5c-11ee-be56-0242ac120002", NotAToken),
    ("lobby", NotAToken),
    ("Hello, my video does not start, what can I do?", NotAToken),
];

#[test]
fn what_stands_in_the_place_of_a_token_is_named() {
    for (text, code) in INSTEAD {
        let report = given()
            .asked_by(Asker::Anybody)
            .channel("lobby")
            .uid(42)
            .explain(text);
        assert_eq!(
            (codes(&report).first(), report.verdict),
            (Some(code), Verdict::Invalid),
            "{text}: {}",
            json(&report)
        );
    }
    // In one case only, as a form or a database has it.
    let token = whole();
    for text in [
        token.to_lowercase(),
        format!("007{}", token[3..].to_uppercase().replacen('E', "e", 1)),
    ] {
        assert_eq!(given().codes(&text), [TextDamaged]);
    }
}

#[test]
fn the_error_of_a_server_is_repeated_and_no_secret_in_it() {
    let said = json(&given().explain(r#"{"error":"channel is required","status":400}"#));
    assert!(said.contains("channel is required"), "{said}");
    let said = json(&given().explain(&format!(
        r#"{{"error":"bad certificate {OTHER_CERTIFICATE}"}}"#
    )));
    assert!(!said.contains(OTHER_CERTIFICATE), "{said}");
}

#[test]
fn a_token_in_hexadecimal_is_found() {
    let hex = |text: &str| {
        text.bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let good = rtc_for("lobby", "42");
    let base64 = good.strip_prefix("007").unwrap();
    for text in [
        hex(&good),
        hex(&good).to_ascii_uppercase(),
        format!("token: {}", hex(&good)),
        hex(base64),
        hex(&signed_006(&v006(
            "lobby",
            "42",
            Privileges::new().with(1_u16, 0),
        ))),
        hex(&signed_room(&room())),
    ] {
        let report = given().explain(&text);
        assert_ne!(
            report.format,
            crate::explain::report::Format::Unknown,
            "{text}"
        );
        assert!(codes(&report).contains(&TextHex), "{}", json(&report));
    }
    // What is cut off, or no token, is not made one.
    for text in [
        &hex(&good)[..61],
        &hex("007 is a film, and no token of anybody at all, I say"),
    ] {
        assert_eq!(
            given().explain(text).format,
            crate::explain::report::Format::Unknown
        );
    }
}
