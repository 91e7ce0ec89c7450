#include "base/http/server/answer.h"

#include <fmt/format.h>

#include "base/text/gzip.h"

namespace base::http {
namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

bool is_text(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type.starts_with("application/json");
}

// Appends a header; line breaks in its value become spaces.
void add_line(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  for (const char c : value) head += c == '\r' || c == '\n' ? ' ' : c;
  head += "\r\n";
}

void add_default(Headers& headers, const char* name, std::string_view value) {
  if (!headers.contains(name)) headers.emplace(name, value);
}

std::string head_of(int status, const Headers& headers) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
  for (const auto& [name, value] : headers) add_line(head, name, value);
  head += "\r\n";
  return head;
}

}  // namespace

void add_security_headers(Headers& headers) {
  add_default(headers, "Content-Security-Policy", kNothingAllowed);
  add_default(headers, "X-Content-Type-Options", "nosniff");
  add_default(headers, "X-Frame-Options", "DENY");
}

std::string answer_bytes(Response response, const Head& request) {
  Headers& headers = response.headers;
  add_security_headers(headers);
  if (!request.keep_alive) {
    headers.emplace("Connection", "close");
  } else if (request.http_1_0) {
    headers.emplace("Connection", "keep-alive");
  }
  std::size_t size = response.stream ? response.stream->size() : response.body.size();
  if (size > 0) {
    headers.emplace("Content-Type", response.content_type);
    headers.emplace("Vary", "Accept-Encoding");
  }
  if (size > 0 && !response.stream && request.accepts_gzip && is_text(response.content_type)) {
    if (auto packed = gzip(response.body)) {
      headers.emplace("Content-Encoding", "gzip");
      response.body = std::move(*packed);
      size = response.body.size();
    }
  }
  if (response.status != 204 && response.status != 304)
    headers.emplace("Content-Length", std::to_string(size));
  std::string bytes = head_of(response.status, headers);
  if (!response.stream && request.method != "HEAD") bytes += response.body;
  return bytes;
}

std::string refusal_answer(const Refusal& refusal) {
  Response response = json_error(refusal.status, refusal.message);
  response.headers.emplace("Connection", "close");
  response.headers.emplace("Content-Type", response.content_type);
  response.headers.emplace("Content-Length", std::to_string(response.body.size()));
  if (refusal.status == 503) response.headers.emplace("Retry-After", "1");
  add_security_headers(response.headers);
  return head_of(response.status, response.headers) + response.body;
}

std::string_view out_of_memory_answer() {
  return "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 1\r\n"
         "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
         "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n\r\n";
}

}  // namespace base::http
