#include "log_analysis/json_text.h"

#include <nlohmann/json.hpp>
#include <random>

#include "base/text/json.h"
#include "base/text/utf8.h"
#include "tests/catch.h"

namespace {

std::string json_of(std::string_view text) {
  std::string json;
  log_analysis::append_json(json, text);
  return json;
}

}  // namespace

TEST_CASE("a text as JSON") {
  using namespace std::string_literals;
  const auto [text, json] = GENERATE(table<std::string, std::string>({
      {"", R"("")"},
      {"plain", R"("plain")"},
      {R"(say "no" \ more)", R"("say \"no\" \\ more")"},
      {"\"", R"("\"")"},
      {"a\nb\x1b\0"s, R"("a\u000ab\u001b\u0000")"},
      {"größer", R"("größer")"},
      {"bad \xff here", "\"bad \xEF\xBF\xBD here\""},
  }));
  CHECK(json_of(text) == json);
}

TEST_CASE("any bytes come back as they were, but for what is not UTF-8") {
  std::mt19937 random(7);
  for (int i = 0; i < 500; ++i) {
    std::string text;
    for (std::size_t size = random() % 40; text.size() < size;) text += static_cast<char>(1 + random() % 255);
    const auto read = base::parse_json(json_of(text));
    REQUIRE(read);
    CHECK(read->get<std::string>() == base::repair_utf8(text));
  }
}
