#include "base/http/head.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

#include "base/http/url.h"
#include "base/result.h"

namespace base::http {
namespace {

using Fault = std::optional<Refusal>;  // nullopt: none

// The programs' paths are far shorter.
constexpr std::size_t kMaxRequestLine = 8000;
constexpr std::array<std::string_view, 8> kMethods = {"GET",    "HEAD",    "POST",  "PUT",
                                                      "DELETE", "OPTIONS", "TRACE", "PATCH"};

bool is_token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}
bool is_token(std::string_view text) {
  for (const char c : text) {
    if (!is_token_char(c)) return false;
  }
  return !text.empty();
}
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Calls `each` for every trimmed element of the comma-separated lists in all headers of that name.
template <class Each>
void for_each_element(const Headers& headers, const std::string& name, Each each) {
  const auto [begin, end] = headers.equal_range(name);
  for (auto header = begin; header != end; ++header) {
    std::string_view rest = header->second;
    for (;;) {
      const auto comma = rest.find(',');
      each(trim(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
}

Fault check_path(std::string_view encoded) {
  const auto path = percent_decode(encoded);
  if (!path) return Refusal{400, "the path: " + path.error().message};
  std::string_view rest = *path;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    if (segment == "." || segment == "..") return Refusal{400, "the path has dot segments"};
    for (const char c : segment) {
      if (is_control(c)) return Refusal{400, "the path contains a control character"};
    }
    rest.remove_prefix(segment.size());
  }
  return {};
}

Fault read_target(std::string_view target, Head& head) {
  for (const char c : target) {
    if (c <= ' ' || c >= 0x7f || c == '#') return Refusal{400, "the request target is malformed"};
  }
  // The absolute form, used in requests to a proxy.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!same(target.substr(0, scheme.size()), scheme)) continue;
    const auto path = target.find_first_of("/?", scheme.size());
    target = path == std::string_view::npos ? "/" : target.substr(path);
    break;
  }
  if (!target.starts_with('/')) return Refusal{400, "the request target has no path"};
  const auto question = target.find('?');
  if (auto fault = check_path(target.substr(0, question))) return fault;
  const auto query =
      percent_decode(question == std::string_view::npos ? std::string_view() : target.substr(question + 1));
  if (!query) return Refusal{400, "the query: " + query.error().message};
  if (query->find('\0') != std::string::npos) return Refusal{400, "the query contains a NUL byte"};
  head.target = target;
  return {};
}

Fault read_request_line(std::string_view line, Head& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Refusal{400, "the request line is malformed"};
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) return Refusal{400, "the request line is malformed"};
  if (version.size() != 8 || !version.starts_with("HTTP/"))
    return Refusal{400, "the request line is malformed"};
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return Refusal{505, "only HTTP/1.0 and HTTP/1.1 are supported"};
  bool known = false;
  for (const std::string_view name : kMethods) known = known || name == method;
  if (!known) return Refusal{501, "the request method is not supported"};
  head.method = method;
  head.http_1_0 = version == "HTTP/1.0";
  return read_target(line.substr(first + 1, last - first - 1), head);
}

Fault read_header_line(std::string_view line, Head& head) {
  const auto colon = line.find(':');
  // A token has no space, so this refuses folded lines and a space before the colon, too.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return Refusal{400, "a header line is malformed"};
  }
  const std::string_view value = trim(line.substr(colon + 1));
  for (const char c : value) {
    if (is_control(c) && c != '\t') return Refusal{400, "a header contains a control character"};
  }
  head.headers.emplace(line.substr(0, colon), value);
  return {};
}

Fault read_body_size(Head& head) {
  if (head.headers.contains("Transfer-Encoding")) {
    if (head.headers.contains("Content-Length")) {
      return Refusal{400, "Transfer-Encoding and Content-Length must not be set together"};
    }
    return Refusal{411, "a body needs a Content-Length"};
  }
  std::optional<std::size_t> size;
  Fault fault;
  for_each_element(head.headers, "Content-Length", [&](std::string_view element) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(element.data(), element.data() + element.size(), value);
    if (element.empty() || error != std::errc() || end != element.data() + element.size()) {
      fault = Refusal{400, "Content-Length is not a number"};
    } else if (size && *size != value) {
      fault = Refusal{400, "Content-Length is given more than once"};
    }
    size = value;
  });
  head.body_size = size.value_or(0);
  return fault;
}

// A coding with a quality of 0 is refused by the client: "gzip;q=0".
bool is_wanted(std::string_view parameters) {
  const auto quality = parameters.find("q=");
  if (quality == std::string_view::npos) return true;
  return parameters.find_first_of("123456789", quality) != std::string_view::npos;
}

Fault read_meaning(Head& head) {
  if (const auto hosts = head.headers.count("Host"); hosts > 1 || (hosts == 0 && !head.http_1_0)) {
    return Refusal{400, "a request must have exactly one Host header"};
  }
  bool close = false;
  bool keep_alive = false;
  for_each_element(head.headers, "Connection", [&](std::string_view option) {
    close = close || same(option, "close");
    keep_alive = keep_alive || same(option, "keep-alive");
  });
  head.keep_alive = !close && (!head.http_1_0 || keep_alive);

  for_each_element(head.headers, "Accept-Encoding", [&](std::string_view element) {
    const auto semicolon = element.find(';');
    const std::string_view coding = trim(element.substr(0, semicolon));
    const bool wanted = semicolon == std::string_view::npos || is_wanted(element.substr(semicolon));
    if (same(coding, "gzip")) head.accepts_gzip = wanted;
  });

  Fault fault;
  for_each_element(head.headers, "Content-Encoding", [&](std::string_view coding) {
    if (!same(coding, "identity")) fault = Refusal{415, "compressed request bodies are not supported"};
  });
  for_each_element(head.headers, "Expect", [&](std::string_view expectation) {
    if (same(expectation, "100-continue")) {
      head.expects_continue = !head.http_1_0;
    } else {
      fault = Refusal{417, "the only supported expectation is 100-continue"};
    }
  });
  return fault;
}

}  // namespace

std::expected<std::optional<Head>, Refusal> read_head(std::string_view received, std::size_t max_bytes) {
  std::size_t at = 0;
  // RFC 9112 2.2: empty lines in front of a request are ignored.
  while (received.substr(at).starts_with("\r\n")) at += 2;
  if (at < received.size() && received[at] != '\r' && !is_token_char(received[at])) {
    return std::unexpected(Refusal{400, "this is not HTTP"});
  }
  std::vector<std::string_view> lines;
  for (;;) {
    const auto newline = received.find('\n', at);
    const std::size_t end = newline == std::string_view::npos ? received.size() : newline + 1;
    // The limit that is exceeded first on the wire wins, so that the response does not depend on how much
    // arrives at once.
    if (lines.empty() && at + kMaxRequestLine < max_bytes && end > at + kMaxRequestLine) {
      return std::unexpected(Refusal{414, "the request line is too long"});
    }
    if (end > max_bytes) {
      return std::unexpected(Refusal{431, fmt::format("the headers are larger than {} bytes", max_bytes)});
    }
    if (newline == std::string_view::npos) return std::nullopt;
    if (newline == at || received[newline - 1] != '\r') {
      return std::unexpected(Refusal{400, "a line must end with CR LF"});
    }
    const std::string_view line = received.substr(at, newline - 1 - at);
    at = end;
    if (line.empty()) break;
    lines.push_back(line);
  }
  if (lines.empty()) return std::unexpected(Refusal{400, "the request line is malformed"});

  Head head;
  head.size = at;
  Fault fault = read_request_line(lines.front(), head);
  for (std::size_t i = 1; i < lines.size() && !fault; ++i) fault = read_header_line(lines[i], head);
  if (!fault) fault = read_body_size(head);
  if (!fault) fault = read_meaning(head);
  if (fault) return std::unexpected(*fault);
  return head;
}

}  // namespace base::http
