// The shapes of secrets in tests/fixtures/secrets/, each filled with words of its own, and the formats of
// lines that they are put in.
#pragma once

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace secret_table {

struct Filled {
  std::string text;
  std::vector<std::string> secrets;  // none of them may be seen
};

inline std::vector<std::string> lines_of(const std::string& name) {
  std::ifstream file(fmt::format("{}/tests/fixtures/secrets/{}", SALUS_SOURCE_DIR, name));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

inline std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

// `number` makes the secrets differ from those of other shapes.
inline Filled fill(const std::string& shape, int number) {
  std::string letters;
  for (int rest = number; rest > 0; rest /= 26) letters += static_cast<char>('a' + rest % 26);
  const std::vector<std::string> words{fmt::format("kumquat{}", letters), fmt::format("zither{}", letters),
                                       fmt::format("okapi{}", letters)};
  // In two parts, so that no scanner takes this file for a leak.
  const std::string hex = fmt::format("a1b2c3d4{}deadbeef", std::string(48, '7'));
  const std::string mixed = fmt::format("QX7{}wLm9pRt2ZbK4vNc8sHd1", letters);
  const std::string capitals = fmt::format("{}{}", "QWJKZXPL", "MVTREDFG");
  const std::string wallet =
      "abandon ability able about above absent absorb abstract absurd abuse access zebra";
  std::string text = replaced(shape, "{words}", fmt::format("{} {} {}", words[0], words[1], words[2]));
  text = replaced(text, "{word}", words[0]);
  text = replaced(text, "{wallet}", wallet);
  text = replaced(text, "{hex}", hex);
  text = replaced(text, "{mixed}", mixed);
  text = replaced(text, "{upper16}", capitals);
  return {text, {words[0], words[1], words[2], hex, mixed, capitals, "absorb abstract", "zebra"}};
}

inline std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// `text` in a line of every format.
inline std::vector<std::string> in_every_format(const std::string& text) {
  const std::string inside = escaped(text);
  const std::string nginx = replaced(replaced(text, "\\", "\\x5C"), "\"", "\\x22");
  return {
      text,
      "ERROR " + text,
      "2025-12-17 16:55:17,427 ERROR " + text,
      "2025-12-17T16:55:17.427Z  WARN 1 --- [main] c.e.Bot : " + text,
      "[2025-12-17 16:55:17] production.ERROR: " + text,
      "WARNING:root:" + text,
      "\x1b[31mERROR\x1b[0m " + text,
      "{\"level\":\"error\",\"msg\":\"" + inside + "\"}",
      "{\"log\":\"ERROR " + inside + "\\n\",\"stream\":\"stderr\"}",
      "level=error msg=\"" + inside + "\" n=1",
      "E0102 15:04:05.000000       1 x.go:1] " + text,
      "Jun 14 15:16:01 host app[1]: " + text,
      "<34>Oct 11 22:14:15 host app: " + text,
      "2025-12-17 16:55:17.427 UTC [74] STATEMENT:  " + text,
      "bot_1  | 2025-12-17 16:55:17 ERROR " + text,
      R"(1.2.3.4 - - [17/Dec/2025:16:55:17 +0000] "GET /x HTTP/1.1" 500 1 "-" ")" + nginx + "\"",
      "ERROR request failed\n  detail: " + text,
  };
}

}  // namespace secret_table
