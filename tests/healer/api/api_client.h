#pragma once

#include <chrono>
#include <string>

#include "base/http/client.h"
#include "base/http/server/server.h"
#include "tests/catch.h"

namespace tests {

// Asks what listens there, as the operator alice, with that token or, when it is empty, without one.
inline base::http::Response ask(const base::http::Server& server, const std::string& method,
                                const std::string& path, const std::string& body, const std::string& token) {
  const base::SystemClock clock;
  base::http::Headers headers{{"X-Salus-Operator", "alice"}};
  if (!token.empty()) headers.emplace("Authorization", "Bearer " + token);
  const base::http::Client client("http://127.0.0.1:" + std::to_string(server.port()), {.headers = headers});
  auto answer = client.send(method, path, body, "application/json",
                            base::Deadline::after(clock, std::chrono::seconds(10)));
  REQUIRE(answer);
  return *answer;
}

}  // namespace tests
