// A Docker Engine whose containers are all alike, and that can say which volumes it has.
#pragma once

#include <string>

#include "base/docker/docker.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/scripted_server.h"

namespace tests {

class EngineOf {
 public:
  EngineOf()
      : server_({{"GET", "/containers/*/json"},
                 {"GET", "/containers/json"},
                 {"GET", "/images/*/json"},
                 {"GET", "/volumes/*"},
                 {"DELETE", "/volumes/*"},
                 {"DELETE", "/containers/*"},
                 {"POST", "/containers/create"},
                 {"POST", "/containers/*/stop"},
                 {"POST", "/containers/*/start"},
                 {"GET", "/containers/*/stats"}},
                "unix://" + folder_.file("docker.sock")),
        docker(server_.url()) {
    for (const char* verb : {"stop", "start"})
      answer("POST", std::string("/containers/*/") + verb, 204, "{}");
    answer("DELETE", "/containers/*", 204, "{}");
    answer("DELETE", "/volumes/*", 204, "{}");
    answer("GET", "/volumes/*", 404, R"({"message":"no such volume"})");
    answer("GET", "/containers/*/stats", 404, "{}");
    answer("GET", "/containers/json", 200, "[]");
    answer("GET", "/images/*/json", 200, R"({"Id":"sha256:old","Config":{}})");
    answer("POST", "/containers/create", 201, R"({"Id":"new"})");
    contains("running");
  }

  // `more`: further members of HostConfig, after a comma.
  void contains(const std::string& state, const std::string& health = "", const std::string& more = "") {
    const std::string told = health.empty() ? "" : R"(,"Health":{"Status":")" + health + "\"}";
    answer(
        "GET", "/containers/*/json", 200,
        R"({"Id":"{{asked}}.0123456789abcdef","Name":"/{{asked}}","Image":"sha256:old","State":{"Status":")" +
            state + R"(","ExitCode":3)" + told +
            R"(},"Config":{"Image":"bot:latest","Env":["MODE=live","KEY=1"]},"HostConfig":{"NetworkMode":"host")" +
            more + "}," + R"("NetworkSettings":{"Networks":{}},)" +
            R"("Mounts":[{"Type":"volume","Name":"state","Destination":"/data"},)" +
            R"({"Type":"bind","Source":"/srv","Destination":"/srv"}]})");
  }
  void answer(const std::string& method, const std::string& path, int status, const std::string& body) {
    server_.answer({method, path}, base::http::json(status, body));
  }
  // "POST /containers/bot/stop", …: what was commanded.
  std::vector<std::string> commands() const {
    std::vector<std::string> all;
    for (const base::http::Request& request : server_.requests()) {
      if (request.method == "GET") continue;
      std::string path = request.path;
      if (const auto id = path.find(".0123456789abcdef"); id != std::string::npos) path.erase(id, 17);
      all.push_back(request.method + " " + path);
    }
    return all;
  }
  std::string host() const { return server_.url(); }

 private:
  TemporaryFolder folder_;
  ScriptedServer server_;

 public:
  const base::docker::Engine docker;
};

}  // namespace tests
