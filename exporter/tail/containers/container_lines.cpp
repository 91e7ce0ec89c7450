#include "exporter/tail/containers/container_lines.h"

#include <algorithm>
#include <chrono>

#include "base/os/clock.h"

namespace exporter::tail {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kMaxMessage = 1024 * 1024;  // drivers other than Docker's may split lines later
constexpr std::size_t kUtcStamp = sizeof("2026-11-22T02:46:42.919027006Z ") - 1;
constexpr std::size_t kLongestStamp = sizeof("2026-11-22T02:46:42.919027006+02:00 ") - 1;
constexpr std::uint64_t kNanoseconds = 1'000'000'000;

// The number of `digits` digits in `text` at `from`; negative when they are not all digits.
constexpr std::int64_t number(std::string_view text, std::size_t from, std::size_t digits) {
  std::int64_t value = 0;
  for (std::size_t i = from; i < from + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// The format that the engine always uses for its own drivers, and the only one that must be fast.
std::optional<std::uint64_t> read_utc(std::string_view text) {
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != '.' || text[29] != 'Z') {
    return std::nullopt;
  }
  const auto year = number(text, 0, 4);
  const auto month = number(text, 5, 2);
  const auto day = number(text, 8, 2);
  const auto hour = number(text, 11, 2);
  const auto minute = number(text, 14, 2);
  const auto second = number(text, 17, 2);
  const auto fraction = number(text, 20, 9);
  if (year < 1970 || year > 2261 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 60 || fraction < 0) {
    return std::nullopt;
  }
  const std::chrono::sys_days date = std::chrono::year_month_day(
      std::chrono::year(static_cast<int>(year)), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day)));
  const std::int64_t seconds = ((date.time_since_epoch().count() * 24LL + hour) * 60 + minute) * 60 + second;
  return static_cast<std::uint64_t>(seconds) * kNanoseconds + static_cast<std::uint64_t>(fraction);
}

std::string_view first_bytes(std::string_view text) { return text.substr(0, ContainerLines::kMaxJoined); }

}  // namespace

std::string_view name(Output output) { return output == Output::out ? "stdout" : "stderr"; }

std::optional<Stamp> read_stamp(std::string_view text) {
  if (text.size() >= kUtcStamp && text[kUtcStamp - 1] == ' ') {
    if (const auto at = read_utc(text)) return Stamp{*at, kUtcStamp};
  }
  const auto blank = text.substr(0, kLongestStamp).find(' ');
  if (blank == std::string_view::npos || blank < 20) return std::nullopt;
  const auto time = base::parse_rfc3339(text.substr(0, blank));
  if (!time || time->time_since_epoch().count() < 0) return std::nullopt;
  return Stamp{static_cast<std::uint64_t>(time->time_since_epoch().count()), blank + 1};
}

base::Result<std::span<const ContainerLine>> ContainerLines::take() {
  auto taken = tty_ ? take_raw() : take_framed();
  if (!taken) return std::unexpected(taken.error());
  return lines_;
}

void ContainerLines::done() {
  lines_.clear();
  joined_.clear();
  buffer_.erase(0, used_);
  used_ = 0;
  if (buffer_.empty() && buffer_.capacity() > kMaxMessage) buffer_.shrink_to_fit();
}

base::Result<> ContainerLines::take_framed() {
  const std::string_view bytes = buffer_;
  while (bytes.size() - used_ >= kHeader) {
    const auto* header = reinterpret_cast<const unsigned char*>(bytes.data()) + used_;
    const std::size_t size = std::size_t{header[4]} << 24U | std::size_t{header[5]} << 16U |
                             std::size_t{header[6]} << 8U | std::size_t{header[7]};
    if (header[0] > 2 || header[1] != 0 || header[2] != 0 || header[3] != 0 || size > kMaxMessage) {
      return base::fail("the log does not have Docker's framing");
    }
    if (bytes.size() - used_ - kHeader < size) break;
    const auto text = bytes.substr(used_ + kHeader, size);
    used_ += kHeader + size;
    if (auto taken = message(header[0] == 2 ? Output::err : Output::out, text); !taken) return taken;
  }
  return {};
}

base::Result<> ContainerLines::message(Output output, std::string_view message) {
  const auto stamp = read_stamp(message);
  if (!stamp) return base::fail("a log message does not begin with a timestamp");
  message.remove_prefix(stamp->size);
  const bool last = message.ends_with('\n');
  if (last) message.remove_suffix(1);
  piece(output, stamp->at, message, last);
  return {};
}

base::Result<> ContainerLines::take_raw() {
  const std::string_view bytes = buffer_;
  for (;;) {
    const auto end = bytes.find('\n', used_);
    const bool whole = end != std::string_view::npos;
    const auto line = bytes.substr(used_, whole ? end - used_ : end);
    if ((whole || line.size() >= kLongestStamp) && !read_stamp(line)) {
      return base::fail("a log line does not begin with a timestamp");
    }
    if (!whole) return take_first_pieces(line);
    used_ = end + 1;
    split(line);
    end_pieces(Output::out);
  }
}

// Takes parts of an unfinished line, so that a long one needs no more memory than a short one.
base::Result<> ContainerLines::take_first_pieces(std::string_view line) {
  while (line.size() >= 2 * kUtcStamp + kPiece) {
    const auto stamp = read_stamp(line);
    const auto next = read_stamp(line.substr(kUtcStamp + kPiece));
    if (!stamp || !next || stamp->at != next->at || stamp->size != kUtcStamp) break;
    piece(Output::out, stamp->at, line.substr(kUtcStamp, kPiece), false);
    line.remove_prefix(kUtcStamp + kPiece);
    used_ += kUtcStamp + kPiece;
  }
  return line.size() > kMaxMessage ? base::fail("a log line is too long") : base::Result<>();
}

// A TTY's line may consist of several messages: parts of kPiece bytes with the same time, and text without a
// newline that is followed by a later message.
void ContainerLines::split(std::string_view line) {
  while (const auto stamp = read_stamp(line)) {
    line.remove_prefix(stamp->size);
    std::size_t end = line.size();
    for (auto z = line.find("Z "); z != std::string_view::npos; z = line.find("Z ", z + 2)) {
      if (z + 2 < kUtcStamp + 1) continue;  // a message is never empty
      const std::size_t begin = z + 2 - kUtcStamp;
      const auto next = read_stamp(line.substr(begin, kUtcStamp));
      if (!next || (next->at == stamp->at ? begin != kPiece : next->at < stamp->at)) continue;
      end = begin;
      break;
    }
    piece(Output::out, stamp->at, line.substr(0, end), false);
    line.remove_prefix(end);
    if (line.empty()) return;
  }
}

void ContainerLines::piece(Output output, std::uint64_t at, std::string_view text, bool last) {
  const auto index = static_cast<std::size_t>(output);
  newest_[index] = std::max(newest_[index], at);
  Pieces& pieces = pieces_[index];
  if (pieces.at != at) end_pieces(output);
  if (last && pieces.at == 0) {
    lines_.push_back({output, at, text, text.size()});
    return;
  }
  pieces.at = at;
  pieces.size += text.size();
  pieces.text += text.substr(0, kMaxJoined - pieces.text.size());
  if (last) end_pieces(output);
}

void ContainerLines::end_pieces(Output output) {
  Pieces& pieces = pieces_[static_cast<std::size_t>(output)];
  if (pieces.at == 0) return;
  joined_.push_back(std::move(pieces.text));
  lines_.push_back({output, pieces.at, first_bytes(joined_.back()), pieces.size});
  pieces = {};
}

std::span<const ContainerLine> ContainerLines::finish() {
  if (tty_ && used_ < buffer_.size()) {
    split(std::string_view(buffer_).substr(used_));
    used_ = buffer_.size();
  }
  end_pieces(Output::out);
  end_pieces(Output::err);
  return lines_;
}

}  // namespace exporter::tail
