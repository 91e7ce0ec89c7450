#include "healer/notify/notice_json.h"

#include <nlohmann/json.hpp>

#include "tests/catch.h"

using healer::Notice;
using healer::notify::decode;
using healer::notify::encode;

namespace {

const Notice kNotice{.kind = Notice::Kind::kApprovalWanted,
                     .incident = "INC-7",
                     .subsystem = "database",
                     .severity = "critical",
                     .title = "restore \"it\"?",
                     .detail = "two",
                     .more = {"lines"},
                     .fields = {{"b", "2"}, {"a", "1"}},
                     .links = {{"approve", "https://h/a?t=1"}, {"reject", "https://h/r?t=2"}},
                     .key = "approval/INC-7",
                     .at = base::WallTime(std::chrono::milliseconds(1765944000123)),
                     .container = "quantum_postgres",
                     .playbook = "restart_container",
                     .action = "container_restart (INC-7/1)",
                     .next_step = "Decide."};

}  // namespace

TEST_CASE("a notice is read back as it was written") {
  const auto read = decode(encode(kNotice));
  REQUIRE(read);
  CHECK(*read == kNotice);
  CHECK(encode(kNotice).find('\n') == std::string::npos);
}

TEST_CASE("what is no notice is an error, what is of a newer one is left") {
  CHECK(decode(R"({"kind":"healed","time":"2025-12-17T04:00:00Z","colour":"blue"})"));
  const auto text =
      GENERATE(as<std::string>(), "", "[]", "{}", R"({"kind":"healed"})", R"({"kind":7,"time":"x"})",
               R"({"kind":"cured","time":"2025-12-17T04:00:00Z"})", R"({"kind":"healed","time":"yesterday"})",
               R"({"kind":"healed","time":"2025-12-17T04:00:00Z","fields":[{"name":"a"}]})",
               R"({"kind":"healed","time":"2025-12-17T04:00:00Z","title":7})");
  CAPTURE(text);
  CHECK_FALSE(decode(text));
}

TEST_CASE("a webhook gets all of a notice, its text, and no secret") {
  Notice notice = kNotice;
  notice.detail = "password=hunter2secret";
  const auto body = nlohmann::json::parse(healer::notify::webhook_body(notice, {.stack = "Quantum Trader"}));
  CHECK(body["version"] == 1);
  CHECK(body["stack"] == "Quantum Trader");
  CHECK(body["kind"] == "approval_wanted");
  CHECK(body["container"] == "quantum_postgres");
  CHECK(body["next_step"] == "Decide.");
  CHECK(body["detail"] != "two");
  CHECK_FALSE(body.contains("more"));
  CHECK(nlohmann::json::parse(healer::notify::webhook_body(kNotice, {}))["detail"] == "two\nlines");
  CHECK(body["time"] == "2025-12-17T04:00:00.123Z");
  CHECK(body["fields"][0] == nlohmann::json({{"name", "b"}, {"value", "2"}}));
  CHECK(body["links"][1] == nlohmann::json({{"name", "reject"}, {"url", "https://h/r?t=2"}}));
  CHECK_THAT(body["text"].get<std::string>(),
             Catch::StartsWith("✋ Quantum Trader - Approval Required\nrestore"));
  CHECK_THAT(body.dump(), !Catch::Contains("hunter2secret"));
}
