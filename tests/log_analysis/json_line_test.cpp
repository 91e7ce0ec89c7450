#include "log_analysis/json_line.h"

#include "tests/catch.h"

using log_analysis::Level;
using log_analysis::read_json_line;

TEST_CASE("the strongest level key of an object decides, wherever it stands") {
  std::string scratch;
  CHECK(read_json_line(R"({"priority":3,"level":"info"})", scratch)->level == Level::info);
  CHECK(read_json_line(R"({"level_value":40000,"severity":"warn"})", scratch)->level == Level::warning);
  CHECK(read_json_line(R"({"s":"E"})", scratch)->level == std::nullopt);
  CHECK(read_json_line(R"({"t":1,"s":"E"})", scratch)->level == Level::error);
  CHECK(read_json_line(R"({"level":null})", scratch)->level == std::nullopt);
  CHECK(read_json_line(R"({"level":{"name":"error"}})", scratch)->level == Level::error);
}

TEST_CASE("what is cut short counts as far as it goes, what is no object does not") {
  std::string scratch;
  CHECK(read_json_line(R"({"level":"error","msg":"lost and)", scratch)->message == "lost and");
  CHECK(read_json_line(R"({"level":"error")", scratch)->level == Level::error);
  CHECK_FALSE(read_json_line("{main} ERROR", scratch));
  CHECK_FALSE(read_json_line("{}", scratch));
  CHECK_FALSE(read_json_line("[1]", scratch));
  CHECK_FALSE(read_json_line("", scratch));
}

TEST_CASE("depth costs nothing") {
  std::string scratch;
  const std::string deep =
      R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + R"(,"level":"error"})";
  CHECK(read_json_line(deep, scratch)->level == Level::error);
  std::string nested;
  for (int i = 0; i < 10'000; ++i) nested += R"({"log":)";
  CHECK(read_json_line(nested, scratch)->level == std::nullopt);
}

TEST_CASE("a message is copied only when it must be decoded") {
  std::string scratch;
  const std::string_view line = R"({"msg":"plain"})";
  CHECK(read_json_line(line, scratch)->message.data() == line.data() + 8);
  CHECK(read_json_line(R"({"msg":"a\tb\/\\"})", scratch)->message == "a\tb/\\");
}

TEST_CASE("an object names an error by its value, or an exchange's code") {
  std::string scratch;
  for (const auto* line :
       {R"({"msg":"x","error":"insufficient margin"})",
        R"({"error":["EAPI:Rate limit exceeded"],"result":null})", R"({"msg":"x","err":{"code":5}})",
        R"({"error":true})", R"({"code":-1021,"msg":"x"})", R"({"retCode":10006,"retMsg":"x"})",
        R"({"code":"50011","msg":"x"})", R"({"msg":"x","exc_info":"Traceback"})"})
    CHECK(log_analysis::read_json_line(line, scratch)->error);
  for (const auto* line :
       {R"({"msg":"x","error":null})", R"({"msg":"x","error":""})", R"({"error":[],"result":{}})",
        R"({"errors":[ ]})", R"({"err":{}})", R"({"error":false})", R"({"error":0})", R"({"error":"none"})",
        R"({"errors":3})", R"({"code":0,"msg":"x"})", R"({"code":200,"msg":"x"})", R"({"code":"0","msg":""})",
        R"({"code":"200000","msg":"x"})", R"({"code":-1})", R"({"retCode":0,"retMsg":"OK"})",
        R"({"ctx":{"error":"x"}})", R"({"method":"GET","status":404,"error":"not found"})"})
    CHECK_FALSE(log_analysis::read_json_line(line, scratch)->error);
}

TEST_CASE("a level may be an object, and the first object of an array counts") {
  using log_analysis::Level;
  std::string scratch;
  const auto level = [&](std::string_view line) {
    return log_analysis::read_json_line(line, scratch)->level;
  };
  CHECK(level(R"({"level":{"name":"ERROR","value":40000}})") == Level::error);
  CHECK(level(R"({"level":{"value":40,"label":"warn"},"msg":"x"})") == Level::warning);
  CHECK(level(R"({"level":{"value":50},"msg":"x"})") == Level::error);
  CHECK(level(R"({"level":{},"msg":"x"})") == std::nullopt);
  CHECK(level(R"([{"level":"error"},{"level":"info"}])") == Level::error);
  CHECK(level("[\n  {\n    \"level\": 50\n  }\n]") == Level::error);
}
