// Code that asks for the same token, with placeholders for credentials.

import { serviceUrl } from "./ui.js";

const quoted = JSON.stringify;
/** Where a dollar in a text means a variable. */
const plain = (text) => quoted(text).replaceAll("$", "\\$");

export function snippets(kind, value) {
  const url = `${serviceUrl}/v1/${kind}`;
  const body = quoted(value);
  return {
    curl: `curl -sS '${url}' \\
  -H "x-api-key: $API_KEY" \\
  -H 'content-type: application/json' \\
  -d '${body.replaceAll("'", "'\\''")}'
`,
    JavaScript: `import { createTokenSource } from "agora-token-client";

const source = createTokenSource({
  baseUrl: ${quoted(serviceUrl)},
  credentials: () => ({ jwt: "JWT of the signed-in user" }),
});
const { token } = await source.get(${quoted(kind)}, ${quoted(value, null, 2)});
`,
    Kotlin: `import java.net.HttpURLConnection
import java.net.URL
import org.json.JSONObject

fun fetchToken(jwt: String): String {
    val connection = URL(${plain(url)}).openConnection() as HttpURLConnection
    connection.doOutput = true
    connection.setRequestProperty("authorization", "Bearer $jwt")
    connection.setRequestProperty("content-type", "application/json")
    connection.outputStream.use { it.write(${plain(body)}.toByteArray()) }
    check(connection.responseCode == 200) { connection.errorStream.reader().readText() }
    return JSONObject(connection.inputStream.reader().readText()).getString("token")
}
`,
    Swift: `import Foundation

struct Answer: Decodable { let token: String }

func fetchToken(jwt: String) async throws -> String {
    var request = URLRequest(url: URL(string: ${quoted(url)})!)
    request.httpMethod = "POST"
    request.setValue("Bearer \\(jwt)", forHTTPHeaderField: "authorization")
    request.setValue("application/json", forHTTPHeaderField: "content-type")
    request.httpBody = Data(${quoted(body)}.utf8)
    let (data, _) = try await URLSession.shared.data(for: request)
    return try JSONDecoder().decode(Answer.self, from: data).token
}
`,
    Dart: `import 'dart:convert';
import 'package:http/http.dart' as http;

Future<String> fetchToken(String jwt) async {
  final response = await http.post(
    Uri.parse(${plain(url)}),
    headers: {'authorization': 'Bearer $jwt', 'content-type': 'application/json'},
    body: ${plain(body)},
  );
  if (response.statusCode != 200) throw Exception(response.body);
  return jsonDecode(response.body)['token'];
}
`,
    Python: `import json, os, urllib.request

request = urllib.request.Request(
    ${quoted(url)},
    data=${quoted(body)}.encode(),
    headers={"x-api-key": os.environ["API_KEY"], "content-type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    print(json.load(response)["token"])
`,
  };
}
