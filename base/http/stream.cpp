#include "base/http/stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "base/os/socket.h"
#include "base/text/hex.h"

namespace base::http {
namespace {

constexpr std::size_t kMaxHead = 64 * 1024;
constexpr std::size_t kMaxTrailer = 64 * 1024;
constexpr int kMaxSizeDigits = 8;
constexpr std::size_t kRead = 64 * 1024;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

template <class Number>
bool parse_whole(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc{} && end == text.data() + text.size();
}

Result<> send_all(const Descriptor& socket, std::string_view bytes, WaitLimit& patience) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (patience.wait(socket.get(), POLLOUT) != WaitLimit::Outcome::kReady) return fail("timed out");
    } else if (errno != EINTR) {
      return fail("{}", errno_text(errno));
    }
  }
  return {};
}

}  // namespace

Result<> ChunkDecoder::push(std::string_view bytes, std::string& to) {
  std::size_t i = 0;
  while (i < bytes.size() && at_ != At::kDone) {
    if (at_ != At::kData) {
      if (auto stepped = step(bytes[i++]); !stepped) return stepped;
      continue;
    }
    const std::size_t size = std::min(left_, bytes.size() - i);
    to.append(bytes, i, size);
    i += size;
    left_ -= size;
    if (left_ == 0) at_ = At::kDataEnd;
  }
  return {};
}

Result<> ChunkDecoder::step(char c) {
  switch (at_) {
    case At::kSize:
      if (const int digit = hex_digit(c); digit >= 0) {
        if (++digits_ > kMaxSizeDigits) return fail("a chunk is too large");
        left_ = left_ * 16 + static_cast<std::size_t>(digit);
        return {};
      }
      if (digits_ == 0) return fail("a chunk has no size");
      if (c != ';' && c != '\r' && c != '\n' && c != ' ' && c != '\t') {
        return fail("a chunk's size is not a number");
      }
      at_ = At::kExtension;
      [[fallthrough]];
    case At::kExtension:
      if (c != '\n') return {};
      at_ = left_ == 0 ? At::kTrailer : At::kData;
      digits_ = 0;
      return {};
    case At::kDataEnd:
      if (c == '\n') {
        at_ = At::kSize;
      } else if (c != '\r') {
        return fail("a chunk is longer than its size");
      }
      return {};
    case At::kTrailer:
      if (c == '\r') return {};
      if (c != '\n') return ++line_ > kMaxTrailer ? fail("the trailer is too long") : Result<>();
      if (line_ == 0) at_ = At::kDone;
      line_ = 0;
      return {};
    case At::kData:
    case At::kDone:
      break;
  }
  return {};
}

Result<Stream> Stream::open(const BaseUrl& url, const std::string& path_and_query, Deadline deadline) {
  const std::string what = "GET " + url.str() + path_and_query.substr(0, path_and_query.find('?'));
  if (url.tls) return fail("{}: streaming responses are not supported over TLS", what);
  for (const char c : path_and_query) {
    if (c <= ' ' || c >= 0x7f) return fail("{}: the path is not percent-encoded", what);
  }
  WaitLimit patience(deadline);
  auto socket = connect_to(url.endpoint, patience);
  if (!socket) return wrap(socket.error(), "{}", what);
  // A Unix socket has no name, and the Docker Engine refuses a request without a host.
  const std::string host = url.endpoint.unix_path.empty() ? url.endpoint.str() : "localhost";
  const std::string request =
      fmt::format("GET {}{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: salus\r\nConnection: close\r\n\r\n",
                  url.prefix, path_and_query, host);
  if (auto sent = send_all(*socket, request, patience); !sent) return wrap(sent.error(), "{}", what);
  return Stream(std::move(*socket), what);
}

Result<Stream::State> Stream::read(std::string& to, std::size_t max_bytes) {
  std::array<char, kRead> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): recv fills it
  std::size_t taken = 0;
  while (!complete()) {
    if (taken >= max_bytes) return State::kOpen;
    const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (received < 0 && errno == EINTR) continue;
    if (received < 0 && errno == EAGAIN) return State::kOpen;
    if (received <= 0) {
      // Without a length, the end of the connection is the end of the body.
      return received == 0 && status_ != 0 && !chunked_ && !sized_ ? State::kEnded : State::kCut;
    }
    const auto size = static_cast<std::size_t>(received);
    taken += size;
    if (auto took = take(std::string_view(buffer.data(), size), to); !took)
      return wrap(took.error(), "{}", what_);
    // A short read usually means that there is no more; later data is read by the next call.
    if (size < buffer.size() / 2 && !complete()) return State::kOpen;
  }
  return State::kEnded;
}

bool Stream::complete() const { return status_ != 0 && (chunked_ ? chunks_.done() : sized_ && left_ == 0); }

Result<> Stream::take(std::string_view bytes, std::string& to) {
  if (status_ == 0) {
    const std::size_t before = head_.size();
    head_ += bytes;
    const auto end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
    if (end == std::string::npos) {
      return head_.size() > kMaxHead ? fail("the response headers are larger than {} bytes", kMaxHead)
                                     : Result<>();
    }
    if (auto taken = take_head(std::string_view(head_).substr(0, end)); !taken) return taken;
    bytes.remove_prefix(end + 4 - before);
    head_ = {};
  }
  if (chunked_) return chunks_.push(bytes, to);
  if (sized_) {
    bytes = bytes.substr(0, left_);
    left_ -= bytes.size();
  }
  to += bytes;
  return {};
}

Result<> Stream::take_head(std::string_view head) {
  const std::string_view first = head.substr(0, head.find("\r\n"));
  int status = 0;
  if (!first.starts_with("HTTP/1.") || first.size() < 12 || !parse_whole(first.substr(9, 3), status) ||
      status < 200) {
    return fail("the response is not HTTP/1.1");
  }
  for (auto end = head.find("\r\n"); end != std::string_view::npos; end = head.find("\r\n")) {
    head.remove_prefix(end + 2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return fail("a response header has no colon");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (same_word(name, "transfer-encoding")) {
      if (!same_word(value, "chunked")) return fail("the response's transfer coding is not \"chunked\"");
      chunked_ = true;
    } else if (same_word(name, "content-length")) {
      if (!parse_whole(value, left_)) return fail("the response's Content-Length is not a number");
      sized_ = true;
    }
  }
  status_ = status;
  return {};
}

}  // namespace base::http
