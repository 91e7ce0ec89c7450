#include "tests/stack/service.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  double now = 1765990517;

  example::Options options() const {
    example::Options options;
    options.name = "executor";
    options.states = {folder.file("state.json")};
    options.log = folder.file("executor.log");
    options.control = folder.file("control");
    return options;
  }
  std::function<double()> time() const {
    return [this] { return now; };
  }
  double last_cycle() const { return nlohmann::json::parse(folder.read("state.json"))["last_cycle"]; }
};

example::Response ask(example::Service& service, std::string method, std::string path) {
  return service.handle({std::move(method), std::move(path)});
}

}  // namespace

TEST_CASE("a service keeps its state fresh and answers that it is well") {
  Fixture fixture;
  example::Service service(fixture.options(), fixture.time(), nullptr);
  REQUIRE_FALSE(service.start());
  fixture.now += 1;
  REQUIRE_FALSE(service.round());
  CHECK(fixture.last_cycle() == fixture.now);
  const auto health = nlohmann::json::parse(ask(service, "GET", "/health").body);
  CHECK(health["status"] == "OK");
  CHECK(health["uptime_seconds"] == 1.0);
}

TEST_CASE("a module that is turned off makes no calls until it is turned on again, and its service goes on") {
  Fixture fixture;
  example::Options options = fixture.options();
  options.off = fixture.folder.file("off");
  example::Service service(options, fixture.time(), nullptr);
  REQUIRE_FALSE(service.start());
  const auto calls = [&] {
    REQUIRE_FALSE(service.round());
    return nlohmann::json::parse(fixture.folder.read("state.json"))["calls"].get<long>();
  };
  const auto module = [&] { return nlohmann::json::parse(ask(service, "GET", "/health").body)["module"]; };
  const long before = calls();
  CHECK(calls() > before);
  CHECK(module() == "on");
  fixture.folder.write("off", "");
  const long stopped = calls();
  CHECK(calls() == stopped);
  CHECK(module() == "off");
  fixture.now += 1;
  CHECK(calls() == stopped);
  CHECK(fixture.last_cycle() == fixture.now);
  std::filesystem::remove(options.off);
  CHECK(calls() > stopped);
  CHECK(module() == "on");
}

TEST_CASE("a hanging service answers, but its state stands still in the past, until it is restarted") {
  Fixture fixture;
  example::Service service(fixture.options(), fixture.time(), nullptr);
  REQUIRE_FALSE(service.start());
  REQUIRE(ask(service, "POST", "/fault/hang").status == 200);
  REQUIRE_FALSE(service.round());
  const double stood_still = fixture.last_cycle();
  CHECK(stood_still == fixture.now - 7200);
  fixture.now += 5;
  REQUIRE_FALSE(service.round());
  CHECK(fixture.last_cycle() == stood_still);
  CHECK(ask(service, "GET", "/health").status == 200);
  example::Service restarted(fixture.options(), fixture.time(), nullptr);
  REQUIRE_FALSE(restarted.start());
  CHECK(fixture.last_cycle() == fixture.now);
}

TEST_CASE("a dying service comes back well, a crash loop only once its control file is gone") {
  Fixture fixture;
  example::Service service(fixture.options(), fixture.time(), nullptr);
  REQUIRE_FALSE(service.start());
  ask(service, "POST", "/fault/die");
  CHECK(service.round() == 1);
  CHECK_FALSE(example::Service(fixture.options(), fixture.time(), nullptr).start());

  ask(service, "POST", "/fault/crash-loop");
  CHECK(service.round() == 1);
  CHECK(example::Service(fixture.options(), fixture.time(), nullptr).start() == 1);
  CHECK(example::Service(fixture.options(), fixture.time(), nullptr).start() == 1);
  CHECK(fixture.folder.read("executor.log").find("Traceback (most recent call last):") != std::string::npos);
  std::filesystem::remove(fixture.folder.file("control"));
  CHECK_FALSE(example::Service(fixture.options(), fixture.time(), nullptr).start());
}

TEST_CASE("the other faults show where they are meant to") {
  Fixture fixture;
  example::Service service(fixture.options(), fixture.time(), nullptr);
  REQUIRE_FALSE(service.start());
  ask(service, "POST", "/fault/slow");
  CHECK(service.delay_seconds() == 5);
  ask(service, "POST", "/fault/wrong-json");
  CHECK(service.delay_seconds() == 0);
  CHECK_FALSE(nlohmann::json::accept(ask(service, "GET", "/health").body));
  ask(service, "POST", "/fault/log-storm");
  REQUIRE_FALSE(service.round());
  const std::string log = fixture.folder.read("executor.log");
  CHECK(std::count(log.begin(), log.end(), '\n') > 1000);
  ask(service, "POST", "/fault/call-errors");
  REQUIRE_FALSE(service.round());
  const auto state = nlohmann::json::parse(fixture.folder.read("state.json"));
  CHECK(state["calls"] == 30);
  CHECK(state["errors"] == 2);
  ask(service, "POST", "/fault/none");
  CHECK(nlohmann::json::accept(ask(service, "GET", "/health").body));
}

TEST_CASE("what is not served is refused") {
  Fixture fixture;
  example::Service service(fixture.options(), fixture.time(), nullptr);
  CHECK(ask(service, "GET", "/").status == 404);
  CHECK(ask(service, "POST", "/health").status == 405);
  CHECK(ask(service, "GET", "/fault/die").status == 405);
  CHECK(ask(service, "POST", "/fault/explode").status == 404);
}

TEST_CASE("lines that it is given to log go to the console as they are, and not to the file") {
  Fixture fixture;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> console(
      std::fopen(fixture.folder.file("console").c_str(), "w"), std::fclose);
  example::Service service(fixture.options(), fixture.time(), console.get());
  const example::Response done = service.handle({"POST", "/log", "", "FATAL: no\nERROR: never\n"});
  CHECK(done.status == 200);
  CHECK(done.body == R"({"lines":2})");
  CHECK(fixture.folder.read("console") == "FATAL: no\nERROR: never\n");
  CHECK(fixture.folder.read("executor.log").empty());
  CHECK(ask(service, "GET", "/log").status == 405);
}
