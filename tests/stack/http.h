// As much of HTTP as the example service needs: one request a connection, bodies of some 100 KiB.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace example {

struct Request {
  std::string method;
  std::string path;
  std::string authorization{};  // the header of that name
  std::string body{};
};
struct Response {
  int status = 200;
  std::string body;  // JSON
};

// How long a request is that begins like this; nullopt while its head is not whole.
std::optional<std::size_t> request_length(std::string_view text);
// A whole request; nullopt when it is none.
std::optional<Request> parse_request(std::string_view text);
std::string serialise(const Response& response);

// A socket that listens on 127.0.0.1, or -1.
int listen_on(int port);
// Accepts one connection, answers it and closes it; a client that sends nothing for two seconds is dropped.
// Blocks.
void serve_one(int listener, const std::function<Response(const Request&)>& handler);

}  // namespace example
