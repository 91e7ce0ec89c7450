// A Docker Engine on a Unix socket, as far as actions speak to it.
#pragma once

#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/scripted_server.h"

namespace tests {

class FakeEngine {
 public:
  FakeEngine()
      : server_({{"POST", "/containers/*/restart"},
                 {"POST", "/containers/*/stop"},
                 {"POST", "/containers/*/start"},
                 {"POST", "/containers/*/kill"},
                 {"GET", "/containers/*/json"},
                 {"GET", "/containers/json"}},
                "unix://" + folder_.file("docker.sock")),
        docker(server_.url()) {
    for (const char* verb : {"restart", "stop", "start", "kill"}) answer(verb, 204);
    server_.answer({"GET", "/containers/json"}, base::http::json(200, "[]"));
    contains("exited", {});
  }

  void answer(const std::string& verb, int status, const std::string& message = "") {
    server_.answer({"POST", "/containers/*/" + verb},
                   base::http::json(status, message.empty() ? "" : R"({"message":")" + message + "\"}"));
  }
  // What every container is like; its id is its name. `more`: further members of what is inspected.
  void contains(const std::string& state, base::WallTime started, const std::string& more = "") {
    const std::string content = fmt::format(
        R"({{"Id":"{{{{asked}}}}","Name":"/{{{{asked}}}}","State":{{"Status":"{}","Running":{},"StartedAt":"{}"}}{}{}}})",
        state, state == "running", base::rfc3339(started), more.empty() ? "" : ",", more);
    server_.answer({"GET", "/containers/*/json"}, base::http::json(200, content));
  }
  // What is inspected, as it stands; once, before what contains() set.
  void inspected(int status, const std::string& content) {
    server_.answer({"GET", "/containers/*/json"}, base::http::json(status, content));
  }
  void inspected_once(const std::string& content) {
    server_.answer_once({"GET", "/containers/*/json"}, base::http::json(200, content));
  }
  // What else there is.
  void lists(const std::string& content) {
    server_.answer({"GET", "/containers/json"}, base::http::json(200, content));
  }
  // Looking fails.
  void cannot_tell() {
    server_.answer({"GET", "/containers/*/json"}, base::http::json(500, R"({"message":"out of order"})"));
  }
  // What is commanded meanwhile is answered when it is let go.
  void hold() { server_.hold("POST"); }
  void let_go() { server_.let_go(); }
  std::string host() const { return server_.url(); }
  // "restart quantum_redis t=10"; who only looks commands nothing.
  std::vector<std::string> commands() const {
    std::vector<std::string> all;
    for (const base::http::Request& request : server_.requests()) {
      if (request.method != "POST") continue;
      std::string command = request.path.substr(request.path.rfind('/') + 1) + " " + request.captures.at(0);
      if (const auto grace = request.parameter("t")) command += " t=" + *grace;
      if (const auto signal = request.parameter("signal")) command += " " + *signal;
      all.push_back(command);
    }
    return all;
  }

 private:
  TemporaryFolder folder_;
  ScriptedServer server_;

 public:
  const base::docker::Engine docker;
};

}  // namespace tests
