#include "base/docker/docker.h"

#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "base/http/server/server.h"
#include "base/os/file.h"
#include "tests/fakes/temporary_folder.h"

namespace http = base::http;
namespace docker = base::docker;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;
base::Deadline soon() { return base::Deadline::after(kClock, 20s); }

// What a Docker Engine 20.10 answered; see tests/fixtures/docker/README.md.
std::string recorded(const std::string& name) {
  return base::read_file(SALUS_SOURCE_DIR "/tests/fixtures/docker/" + name).value();
}

// Answers as it is told, like an engine on its socket, and remembers what it was asked.
class FakeEngine {
 public:
  FakeEngine() {
    server_.before([this](const http::Request& request) -> std::optional<http::Response> {
      std::string asked = request.method + " " + request.path;
      for (const auto& [key, value] : request.query) asked += fmt::format(" {}={}", key, value);
      const std::lock_guard lock(mutex_);
      asked_ = asked;
      body_ = request.body;
      const auto answer = answers_.find(request.method + " " + request.path);
      if (answer != answers_.end()) return answer->second;
      return http::json(404, recorded("no_such_container.json"));
    });
    REQUIRE(server_.listen(host()));
  }

  std::string host() const { return "unix://" + folder_.file("docker.sock"); }
  docker::Engine client() const { return docker::Engine(host()); }
  void answer(const std::string& request, int status, std::string body = "") {
    const std::lock_guard lock(mutex_);
    answers_[request] = http::json(status, std::move(body));
  }
  std::string asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::string body() {
    const std::lock_guard lock(mutex_);
    return body_;
  }

 private:
  tests::TemporaryFolder folder_;
  std::mutex mutex_;
  std::map<std::string, http::Response> answers_;  // guarded by mutex_, like the rest
  std::string asked_;
  std::string body_;
  http::Server server_{{}, kClock};
};

docker::Container inspect(FakeEngine& engine, const std::string& fixture) {
  engine.answer("GET /containers/it/json", 200, recorded(fixture));
  const auto container = engine.client().inspect("it", soon());
  if (!container) FAIL(container.error().message);
  REQUIRE(*container);
  return **container;
}

}  // namespace

TEST_CASE_METHOD(FakeEngine, "every container is listed, whatever its state") {
  answer("GET /containers/json", 200, recorded("containers.json"));
  const auto containers = client().list(soon());
  REQUIRE(containers);
  CHECK(asked() == "GET /containers/json all=1");
  std::map<std::string, std::string> states;
  for (const auto& container : *containers) states[container.name] = container.state;
  CHECK(states == std::map<std::string, std::string>{{"crashing", "running"},
                                                     {"quantum_nginx", "running"},
                                                     {"quantum_postgres", "created"},
                                                     {"quantum_redis", "running"}});
  CHECK(containers->back().image == "bb");
  CHECK(containers->back().id.size() == 64);
}

TEST_CASE_METHOD(FakeEngine, "a linked container goes by its own name") {
  answer("GET /containers/json", 200,
         R"([{"Id":"1","Names":["/web/database","/database"],"State":"running"}])");
  CHECK(client().list(soon())->at(0).name == "database");
}

TEST_CASE_METHOD(FakeEngine, "a running container is read, and of its environment only the names") {
  const auto container = inspect(*this, "inspect_running.json");
  CHECK(container.name == "quantum_redis");
  CHECK(container.image == "bb");
  CHECK(container.image_id.starts_with("sha256:"));
  CHECK(container.state == "running");
  CHECK(container.running);
  CHECK(container.health == "none");
  CHECK(container.exit_code == 0);
  CHECK_FALSE(container.oom_killed);
  CHECK(container.memory_limit == 64 * 1024 * 1024);
  CHECK_FALSE(container.tty);
  CHECK(container.environment_names == std::vector<std::string>{"REDIS_PASSWORD", "TZ"});
  REQUIRE(container.started);
  CHECK(base::rfc3339(*container.started) == "2026-11-21T23:53:35.670Z");
  REQUIRE(container.finished);
}

TEST_CASE_METHOD(FakeEngine, "a container that never ran has no times") {
  const auto container = inspect(*this, "inspect_created.json");
  CHECK(container.state == "created");
  CHECK_FALSE(container.running);
  CHECK_FALSE(container.started);
  CHECK_FALSE(container.finished);
}

TEST_CASE_METHOD(FakeEngine, "a container between two crashes does not run, though the engine says so") {
  const auto container = inspect(*this, "inspect_restarting.json");
  CHECK(container.state == "restarting");
  CHECK_FALSE(container.running);
  CHECK(container.exit_code == 3);
  CHECK(container.restart_count == 5);
  CHECK(container.finished);
}

TEST_CASE_METHOD(FakeEngine, "a container's health and terminal are read") {
  const auto container = inspect(*this, "inspect_healthy.json");
  CHECK(container.health == "healthy");
  CHECK(container.tty);
}

TEST_CASE_METHOD(FakeEngine, "a document with other types than documented does no harm") {
  answer("GET /containers/it/json", 200,
         R"({"Id":7,"Name":null,"State":[],"Config":{"Env":"x","Tty":"yes"}})");
  const auto container = client().inspect("it", soon());
  REQUIRE(container);
  REQUIRE(*container);
  CHECK((*container)->id.empty());
  CHECK((*container)->environment_names.empty());
  answer("GET /containers/json", 200, R"({"not":"a list"})");
  CHECK_FALSE(client().list(soon()));
}

TEST_CASE_METHOD(FakeEngine, "a container that is not there is no error") {
  const auto container = client().inspect("quantum_gone", soon());
  REQUIRE(container);
  CHECK_FALSE(*container);
  const auto stats = client().stats("quantum_gone", soon());
  REQUIRE(stats);
  CHECK_FALSE(*stats);
}

TEST_CASE_METHOD(FakeEngine, "a name is one path segment, whatever it holds") {
  answer("GET /containers/web/json", 200, recorded("inspect_running.json"));
  CHECK(client().inspect("/web", soon())->has_value());
  REQUIRE(client().inspect("a b?c#d", soon()));
  CHECK(asked() == "GET /containers/a b?c#d/json");
}

TEST_CASE_METHOD(FakeEngine, "usage is read in one shot, and is none for a container that does not run") {
  answer("GET /containers/it/stats", 200, recorded("stats_running.json"));
  const auto stats = client().stats("it", soon());
  REQUIRE(stats);
  REQUIRE(*stats);
  CHECK(asked() == "GET /containers/it/stats one-shot=true stream=false");
  CHECK((*stats)->cpu_ns == 22527667);
  CHECK((*stats)->memory_usage == 425984);
  CHECK((*stats)->memory_inactive_file == 151552);
  CHECK((*stats)->memory_limit == 67108864);
  answer("GET /containers/it/stats", 200, recorded("stats_stopped.json"));
  CHECK_FALSE(client().stats("it", soon())->has_value());
}

TEST_CASE_METHOD(FakeEngine, "a command asks for what it should") {
  struct Case {
    std::string expected;
    std::function<base::Result<>(const docker::Engine&)> run;
  };
  const auto test = GENERATE(values<Case>({
      {"POST /containers/it/start", [](const auto& engine) { return engine.start("it", soon()); }},
      {"DELETE /containers/it", [](const auto& engine) { return engine.remove("it", soon()); }},
      {"GET /_ping", [](const auto& engine) { return engine.ping(soon()); }},
  }));
  CAPTURE(test.expected);
  const std::string method = test.expected.substr(0, test.expected.find(' '));
  const std::string path =
      test.expected.substr(method.size() + 1, test.expected.rfind(' ') == method.size()
                                                  ? std::string::npos
                                                  : test.expected.rfind(' ') - method.size() - 1);
  answer(method + " " + path, 204);
  CHECK(test.run(client()));
  CHECK(asked() == test.expected);
}

TEST_CASE_METHOD(FakeEngine, "already being in the wanted state is success") {
  answer("POST /containers/it/start", 304);
  CHECK(client().start("it", soon()));
  CHECK(client().remove("gone", soon()));
}

TEST_CASE_METHOD(FakeEngine, "a refusal says what the engine said") {
  answer("POST /containers/abc/start", 500, R"({"message":"driver failed"})");
  CHECK(client().start("abc", soon()).error().message ==
        "docker " + host() + ": POST /containers/abc/start: 500: driver failed");
  CHECK(client().start("gone", soon()).error().message ==
        "docker " + host() + ": POST /containers/gone/start: 404: No such container: nosuch");
  answer("GET /containers/json", 500, "not JSON");
  CHECK(client().list(soon()).error().message ==
        "docker " + host() + ": GET /containers/json: 500: not JSON");
  answer("GET /containers/json", 200, "[{");
  CHECK(client().list(soon()).error().message.starts_with("docker " + host() + ": GET /containers/json: "));
}

TEST_CASE("a container whose name is not UTF-8 hides no other") {
  FakeEngine engine;
  engine.answer("GET /containers/json", 200,
                "[{\"Id\": \"a\", \"Names\": [\"/b\xff\"]}, {\"Id\": \"c\", \"Names\": [\"/d\"]}]");
  const auto list = engine.client().list(soon());
  REQUIRE(list);
  REQUIRE(list->size() == 2);
  REQUIRE((*list)[0].name == "b\xef\xbf\xbd");
  REQUIRE((*list)[1].name == "d");
}

TEST_CASE("an engine that is not there is named") {
  const docker::Engine engine("unix:///nowhere/docker.sock");
  CHECK(engine.list(soon()).error().message ==
        "docker: GET unix:///nowhere/docker.sock/containers/json: no such file or directory");
}

TEST_CASE_METHOD(FakeEngine, "a container is created from a document, under a name") {
  answer("POST /containers/create", 201, R"({"Id":"4f1a854a","Warnings":[]})");
  const auto id = client().create("made", R"({"Image":"bb"})", soon());
  REQUIRE(id);
  CHECK(*id == "4f1a854a");
  CHECK(asked() == "POST /containers/create name=made");
  CHECK(body() == R"({"Image":"bb"})");
  answer("POST /containers/create", 409, R"({"message":"name in use"})");
  CHECK(client().create("made", "{}", soon()).error().message.ends_with("409: name in use"));
}

TEST_CASE_METHOD(FakeEngine, "events are read one a line") {
  answer("GET /events", 200, recorded("events.ndjson"));
  int connected = 0;
  std::vector<docker::Event> events;
  const auto result = client().events(
      [&] { ++connected; }, [&](const docker::Event& event) { events.push_back(event); }, {}, kClock);
  CHECK(result);
  CHECK(connected == 1);
  CHECK(asked() == R"(GET /events filters={"type":["container"]})");
  REQUIRE(events.size() == 9);
  CHECK(events[1].action == "start");
  CHECK(events[1].name == "quantum_redis");
  CHECK(events[1].id.size() == 64);
  CHECK(events[1].attributes.at("image") == "bb");
  CHECK(base::rfc3339(events[1].time) == "2026-11-21T23:52:49.466Z");
  CHECK(events.back().action == "health_status: healthy");
}

TEST_CASE_METHOD(FakeEngine, "an event that is larger than a read comes whole") {
  const std::string attribute(100'000, 'a');
  answer("GET /events", 200,
         fmt::format("{{\"Action\":\"start\",\"Actor\":{{\"ID\":\"1\",\"Attributes\":{{\"name\":\"x\","
                     "\"label\":\"{}\"}}}}}}\n"
                     "\r\n{{\"Action\":\"die\",\"Actor\":{{\"ID\":\"2\"}}}}\n",
                     attribute));
  std::vector<docker::Event> events;
  CHECK(client().events([] {}, [&](const docker::Event& event) { events.push_back(event); }, {}, kClock));
  REQUIRE(events.size() == 2);
  CHECK(events[0].attributes.at("label") == attribute);
  CHECK(events[1].action == "die");
}

TEST_CASE_METHOD(FakeEngine, "an event stream that cannot be read is an error") {
  const auto ignore = [](const docker::Event&) {};
  answer("GET /events", 200, "not JSON\n");
  CHECK(client()
            .events([] {}, ignore, {}, kClock)
            .error()
            .message.starts_with("docker " + host() + ": GET /events: "));
  answer("GET /events", 200, std::string((1 << 20) + 1, ' '));
  CHECK(client()
            .events([] {}, ignore, {}, kClock)
            .error()
            .message.ends_with("an event larger than 1048576 bytes"));
  answer("GET /events", 500, "{}");
  CHECK(client().events([] {}, ignore, {}, kClock).error().message.ends_with("/events: 500: {}"));
}

TEST_CASE_METHOD(FakeEngine, "logs come as the engine frames them") {
  answer("GET /containers/it/logs", 200, recorded("logs.bin"));
  const auto read_all = [&](const std::string& id, const docker::LogOptions& options, std::string& bytes) {
    auto stream = client().logs(id, options, soon());
    REQUIRE(stream);
    for (;;) {
      const auto state = stream->read(bytes, 1 << 20);
      REQUIRE(state);
      if (*state != http::Stream::State::kOpen) break;
      std::this_thread::yield();
    }
    return stream->status();
  };
  std::string bytes;
  CHECK(read_all("it", {.follow = true, .since = "1795305169.000000001", .tail = "4"}, bytes) == 200);
  CHECK(asked() ==
        "GET /containers/it/logs follow=1 since=1795305169.000000001 stderr=1 stdout=1 tail=4 timestamps=1");
  CHECK(bytes == recorded("logs.bin"));
  std::string message;
  CHECK(read_all("gone", {}, message) == 404);
  CHECK(message.find("No such container") != std::string::npos);
}
