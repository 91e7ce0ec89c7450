#include "base/docker/permit.h"

#include <map>
#include <mutex>

#include "base/http/server/server.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

namespace http = base::http;
using namespace base::docker;
using namespace std::chrono_literals;

namespace {

// An engine with one container `web`, whose id is 0123456789abcdef.
class FakeEngine {
 public:
  FakeEngine() {
    server_.before([this](const http::Request& request) -> std::optional<http::Response> {
      const std::lock_guard lock(mutex_);
      if (request.path == "/containers/json") return http::json(list_status, listed);
      if (request.method == "GET") {
        const bool known =
            request.path.starts_with("/containers/web/") || request.path.starts_with("/containers/0");
        return known ? http::json(200, inspected) : http::json(404, "{}");
      }
      std::string command = request.method + " " + request.path;
      for (const auto& [key, value] : request.query) command += fmt::format(" {}={}", key, value);
      commands.push_back(command);
      return http::json(204, "");
    });
    REQUIRE(server_.listen("unix://" + folder_.file("docker.sock")));
    contains("running");
  }

  void contains(const std::string& state, const std::string& config = "",
                const std::string& host_config = "") {
    inspected = R"({"Id":"0123456789abcdef","Name":"/web","State":{"Status":")" + state + R"("},"Config":{)" +
                config + R"(},"HostConfig":{)" + host_config + "}}";
  }

  base::Result<Permit> permit(const PermitRequest& request, const std::string& name = "web") {
    return base::docker::permit(docker, name, request, deadline());
  }
  std::string refusal(const PermitRequest& request) {
    const auto permitted = permit(request);
    return permitted ? "" : permitted.error().message;
  }
  base::Deadline deadline() const { return base::Deadline::after(clock_, 2h); }

  std::string inspected;
  std::string listed = "[]";
  int list_status = 200;
  std::vector<std::string> commands;

 private:
  base::SystemClock clock_;
  tests::TemporaryFolder folder_;
  std::mutex mutex_;
  http::Server server_{{}, clock_};

 public:
  const Engine docker{"unix://" + folder_.file("docker.sock")};
};

const std::string kSidecar =
    R"([{"Id":"b","Names":["/side"],"State":"running","HostConfig":{"NetworkMode":"container:0123456789abcdef"}}])";

}  // namespace

TEST_CASE_METHOD(FakeEngine,
                 "a permit is for the id, with the container's own stop timeout or a longer one") {
  const auto [config, asked, grace, command] =
      GENERATE(table<std::string, std::optional<base::Duration>, base::Duration, std::string>({
          {"", std::nullopt, 10s, "POST /containers/0123456789abcdef/stop"},
          {"", 5s, 10s, "POST /containers/0123456789abcdef/stop"},
          {"", 15s, 15s, "POST /containers/0123456789abcdef/stop t=15"},
          {R"("StopTimeout":40)", std::nullopt, 40s, "POST /containers/0123456789abcdef/stop"},
          {R"("StopTimeout":40)", 10s, 40s, "POST /containers/0123456789abcdef/stop"},
          {R"("StopTimeout":40)", 60s, 60s, "POST /containers/0123456789abcdef/stop t=60"},
          {R"("StopTimeout":0)", std::nullopt, 0s, "POST /containers/0123456789abcdef/stop"},
          {R"("StopTimeout":0)", 1500ms, 1500ms, "POST /containers/0123456789abcdef/stop t=2"},
          {R"("StopTimeout":null)", std::nullopt, 10s, "POST /containers/0123456789abcdef/stop"},
          {R"("StopTimeout":3600)", std::nullopt, 1h, "POST /containers/0123456789abcdef/stop"},
      }));
  CAPTURE(config);
  contains("running", config);
  const auto permitted = permit({.what = Disruption::kStop, .stop_timeout = asked});
  REQUIRE(permitted);
  CHECK(permitted->name() == "web");
  CHECK(permitted->grace() == grace);
  CHECK(permitted->beyond(10s) == std::max<base::Duration>(grace - 10s, 0s));
  REQUIRE(docker.stop(*permitted, deadline()));
  CHECK(commands == std::vector<std::string>{command});
}

TEST_CASE_METHOD(FakeEngine, "a restart and a signal are sent to the id as well") {
  const auto restart = permit({.what = Disruption::kRestart, .stop_timeout = 15s});
  REQUIRE(restart);
  REQUIRE(docker.restart(*restart, deadline()));
  const auto signal = permit({.what = Disruption::kSignal, .signal = "SIGHUP"}, "0123456789abcdef");
  REQUIRE(signal);
  REQUIRE(docker.kill(*signal, "SIGHUP", deadline()));
  CHECK(commands == std::vector<std::string>{"POST /containers/0123456789abcdef/restart t=15",
                                             "POST /containers/0123456789abcdef/kill signal=SIGHUP"});
}

TEST_CASE_METHOD(FakeEngine, "what must not be stopped gets no permit, whatever would stop it") {
  const auto what =
      GENERATE(Disruption::kStop, Disruption::kRestart, Disruption::kReplace, Disruption::kSignal);
  const PermitRequest request{.what = what, .signal = what == Disruption::kSignal ? "SIGTERM" : ""};
  const auto [state, config, host_config, why] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"running", "", R"("AutoRemove":true)",
           "container web is left alone: it was created with --rm, so the engine deletes it as soon as it "
           "stops; create it again without --rm"},
          {"restarting", "", R"("AutoRemove":true)", "created with --rm"},
          {"paused", "", "",
           "container web is left alone: it is paused; resume it with `docker unpause web` first"},
          {"removing", "", "", "it is being removed (state removing)"},
          {"dead", "", "", "it is being removed (state dead)"},
          {"running", R"("Labels":{"com.docker.swarm.task.id":"x"})", "",
           "Docker Swarm manages it and replaces it when it stops; restart it through Docker Swarm"},
          {"running", R"("Labels":{"io.kubernetes.pod.uid":"x"})", "", "Kubernetes manages it"},
      }));
  contains(state, config, host_config);
  CAPTURE(state, config, host_config);
  CHECK_THAT(refusal(request), Catch::Contains(why));
}

TEST_CASE_METHOD(FakeEngine, "a stop timeout without limit, or longer than an hour, is for an operator") {
  contains("running", R"("StopTimeout":-1)");
  CHECK_THAT(refusal({.what = Disruption::kRestart}), Catch::Contains("has no limit"));
  contains("running", R"("StopTimeout":3601)");
  CHECK_THAT(refusal({.what = Disruption::kRestart}), Catch::Contains("is longer than 1h"));
  contains("running", R"("StopTimeout":9223372036854775807)");
  CHECK_THAT(refusal({.what = Disruption::kRestart}), Catch::Contains("has no limit"));
  CHECK(permit({.what = Disruption::kSignal, .signal = "SIGHUP"}));
}

TEST_CASE_METHOD(FakeEngine, "nothing is stopped with less time left than its stop timeout") {
  contains("running", R"("StopTimeout":40)");
  const auto permitted = permit({.what = Disruption::kRestart});
  REQUIRE(permitted);
  const base::SystemClock clock;
  const auto outcome = docker.restart(*permitted, base::Deadline::after(clock, 30s));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().message ==
        "container web is left alone: the remaining time is shorter than its stop timeout of 40s");
  CHECK(commands.empty());
}

TEST_CASE_METHOD(FakeEngine, "one that does not run needs no time to end") {
  contains("exited", R"("StopTimeout":40)");
  const auto permitted = permit({.what = Disruption::kRestart});
  REQUIRE(permitted);
  CHECK(permitted->grace() == 0s);
}

TEST_CASE_METHOD(FakeEngine,
                 "a container whose network others use is left alone, unless they are restarted too") {
  contains("running", "", R"("NetworkMode":"trading")");
  listed = kSidecar;
  const std::string why =
      "container web is left alone: side would lose the network of web; restart them together";
  CHECK(refusal({.what = Disruption::kStop}) == why);
  CHECK(refusal({.what = Disruption::kRestart}) == why);
  CHECK(refusal({.what = Disruption::kSignal, .signal = "SIGTERM"}) == why);
  CHECK(refusal({.what = Disruption::kSignal, .signal = "SIGHUP"}).empty());
  CHECK(permit({.what = Disruption::kReplace, .along = {"side"}}));
  const auto with_them = permit({.what = Disruption::kRestart, .restarts_network_users = true});
  REQUIRE(with_them);
  CHECK(with_them->network_users() == std::vector<std::string>{"side"});

  SECTION("the host's network belongs to no container") {
    contains("running", "", R"("NetworkMode":"host")");
    CHECK(permit({.what = Disruption::kRestart}));
    CHECK(refusal({.what = Disruption::kReplace}) == why);  // the id goes
  }
  SECTION("those that do not run lose nothing by a restart") {
    listed.replace(listed.find("running"), 7, "exited");
    CHECK(permit({.what = Disruption::kRestart}));
    CHECK(refusal({.what = Disruption::kReplace}) == why);
  }
  SECTION("nor does anyone when the container itself does not run") {
    contains("exited", "", R"("NetworkMode":"trading")");
    CHECK(permit({.what = Disruption::kRestart}));
  }
  SECTION("they may name it in other ways") {
    const std::string mode = GENERATE("web", "/web", "0123456789ab");
    listed.replace(listed.find("0123456789abcdef"), 16, mode);
    CHECK(refusal({.what = Disruption::kRestart}) == why);
  }
  SECTION("the network of another container is no matter") {
    listed.replace(listed.find("0123456789abcdef"), 16, "web2");
    CHECK(permit({.what = Disruption::kRestart}));
  }
  SECTION("what cannot be looked at is not stopped") {
    list_status = 500;
    CHECK_FALSE(permit({.what = Disruption::kRestart}));
  }
}

TEST_CASE_METHOD(FakeEngine, "the beginning of an id is no name") {
  CHECK(permit({.what = Disruption::kStop}, "0123456789abcdef"));
  const auto permitted = permit({.what = Disruption::kStop}, "0123");
  REQUIRE_FALSE(permitted);
  CHECK_THAT(permitted.error().message, Catch::StartsWith("there is no container 0123 "));
  CHECK(permit({.what = Disruption::kStop}, "other").error().message == "there is no container other");
}

TEST_CASE_METHOD(FakeEngine, "what was stopped is started again by its id, unless the name has moved on") {
  const auto permitted = permit({.what = Disruption::kRestart});
  REQUIRE(permitted);
  CHECK(start_again(docker, *permitted, deadline()));
  CHECK(commands == std::vector<std::string>{"POST /containers/0123456789abcdef/start"});
  inspected.replace(inspected.find("0123"), 4, "ffff");
  const auto moved = start_again(docker, *permitted, deadline());
  REQUIRE_FALSE(moved);
  CHECK_THAT(moved.error().message, Catch::Contains("another container took the name web"));
  CHECK(commands.size() == 1);
}
