#include "healer/publish/push_output.h"

#include "healer/publish/policy_json.h"
#include "tests/catch.h"
#include "tests/healer/scripted_server.h"

using namespace std::chrono_literals;

namespace {

using Route = tests::ScriptedServer::Route;

const base::SystemClock kClock;
const Route kPost{"POST", "/"};
base::Deadline soon() { return base::Deadline::after(kClock, 60s); }

}  // namespace

TEST_CASE("a document is posted as JSON to the URL's path") {
  const auto [suffix, path] =
      GENERATE(table<std::string, std::string>({{"", "/"}, {"/salus/policy", "/salus/policy"}}));
  tests::ScriptedServer trader({Route{"POST", path}});
  const auto output =
      healer::policy::make_push_output({.name = "bot", .url = trader.url() + suffix, .http = {}});
  healer::PolicyDocument document;
  document.sequence = 5;
  REQUIRE(output->deliver(document, 30s, soon()));
  const auto requests = trader.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].body == healer::policy_document(document));
  CHECK(requests[0].header("Content-Type") == "application/json");
}

TEST_CASE("an answer other than 200 to 299 is a failure") {
  tests::ScriptedServer trader({kPost});
  const auto [status, taken] =
      GENERATE(table<int, bool>({{200, true}, {204, true}, {302, false}, {404, false}, {503, false}}));
  trader.answer(kPost, base::http::text(status, ""));
  const auto output = healer::policy::make_push_output({.name = "bot", .url = trader.url(), .http = {}});
  const auto delivered = output->deliver({}, 30s, soon());
  CHECK(delivered.has_value() == taken);
  if (!taken) CHECK_THAT(delivered.error().message, Catch::EndsWith(fmt::format("answered {}", status)));
}

TEST_CASE("no receiver is a failure") {
  const auto output =
      healer::policy::make_push_output({.name = "bot", .url = "http://127.0.0.1:1", .http = {}});
  CHECK_FALSE(output->deliver({}, 30s, soon()));
}
