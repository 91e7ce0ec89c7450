#include "base/http/response_reader.h"

#include <algorithm>
#include <charconv>

#include "base/text/hex.h"

namespace base::http {
namespace {

constexpr std::size_t kMaxFrame = 64 * 1024;
constexpr int kMaxSizeDigits = 8;

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
      if (c == '\n' && blank_) at_ = At::kDone;
      blank_ = c == '\n';
      return {};
    case At::kData:
    case At::kDone:
      break;
  }
  return {};
}

Result<> ResponseReader::push(std::string_view bytes, std::string& to) {
  const std::size_t before = to.size();
  if (auto taken = take(bytes, to); !taken) return taken;
  frame_ = to.size() > before ? 0 : frame_ + bytes.size();
  if (frame_ > kMaxFrame) return fail("the response headers are larger than {} bytes", kMaxFrame);
  return {};
}

Result<> ResponseReader::take(std::string_view bytes, std::string& to) {
  while (status_ == 0) {
    const std::size_t before = head_.size();
    head_ += bytes;
    const auto end = head_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
    if (end == std::string::npos) return {};
    if (auto taken = take_head(std::string_view(head_).substr(0, end)); !taken) return taken;
    bytes.remove_prefix(end + 4 - before);
    head_.clear();
  }
  if (chunked_) return chunks_.push(bytes, to);
  if (sized_) {
    bytes = bytes.substr(0, left_);
    left_ -= bytes.size();
  }
  to += bytes;
  return {};
}

Result<> ResponseReader::take_head(std::string_view head) {
  const std::string_view first = head.substr(0, head.find("\r\n"));
  int status = 0;
  if (!first.starts_with("HTTP/1.") || first.size() < 12 || !parse_whole(first.substr(9, 3), status) ||
      status < 100 || status == 101) {
    return fail("the response is not HTTP/1.1");
  }
  if (status < 200) return {};
  for (auto end = head.find("\r\n"); end != std::string_view::npos; end = head.find("\r\n")) {
    head.remove_prefix(end + 2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return fail("a response header has no colon");
    headers_.emplace(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  status_ = status;
  return take_framing();
}

// RFC 9112 6.3.
Result<> ResponseReader::take_framing() {
  if (to_head_ || status_ == 204 || status_ == 304) {
    sized_ = true;
    return {};
  }
  if (const auto coding = headers_.find("Transfer-Encoding"); coding != headers_.end()) {
    if (!same_word(coding->second, "chunked"))
      return fail("the response's transfer coding is not \"chunked\"");
    chunked_ = true;
    return {};
  }
  const auto [begin, end] = headers_.equal_range("Content-Length");
  for (auto header = begin; header != end; ++header) {
    std::size_t size = 0;
    if (!parse_whole(header->second, size) || (sized_ && size != left_))
      return fail("the response's Content-Length is not a number");
    left_ = size;
    sized_ = true;
  }
  return {};
}

}  // namespace base::http
