#include "exporter/tail/containers/container_cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace exporter::tail {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
// How long after its time a line arrives at most, when it is completed late. An output that has been silent
// for longer does not hold back the `since` of the other.
constexpr std::uint64_t kDisorder = 60 * kSecond;
// When a line's time is further in the future than this, the clock has been set back.
constexpr auto kClockSetBack = std::chrono::seconds(5);

// Enough of the text to distinguish lines with the same nanosecond.
std::size_t hash_of(std::string_view text) {
  return std::hash<std::string_view>{}(text.substr(0, 128)) + text.size();
}

std::uint64_t since_time(std::span<const Position> outputs) {
  std::uint64_t oldest = UINT64_MAX;
  std::uint64_t newest = 0;
  for (const Position& at : outputs) {
    oldest = std::min(oldest, at.place);
    newest = std::max(newest, at.place);
  }
  return newest > kDisorder ? std::max(oldest, newest - kDisorder) : 0;
}

}  // namespace

void ContainerCursor::begin_answer(bool whole) {
  again_ = true;
  seen_ = 0;
  first_ = whole && at_.offset > 0;
}

ContainerCursor::Verdict ContainerCursor::admit(std::uint64_t time, std::string_view text,
                                                base::WallTime now) {
  const bool gap = std::exchange(first_, false) && time > at_.place;
  if (time < at_.place) {
    const base::WallTime reached{std::chrono::nanoseconds(at_.place)};
    if (now >= reached - kClockSetBack) {
      again_ = true;
      seen_ = 0;
      return Verdict::kTaken;
    }
  } else if (time == at_.place) {
    const auto hash = hash_of(text);
    if (!again_) {
      // Two equal lines with the same nanosecond look like a repeated line. Repetition is assumed, because it
      // does happen.
      const auto found = std::ranges::find(texts_, hash);
      if (found != texts_.end()) {
        again_ = true;
        seen_ = at_.offset - static_cast<std::uint64_t>(texts_.end() - found);
      }
    }
    if (again_ && ++seen_ <= at_.offset) return Verdict::kTaken;
    ++at_.offset;
    texts_.push_back(hash);
    return Verdict::kFresh;
  }
  at_ = {.place = time, .offset = 1};
  again_ = false;
  texts_.assign(1, hash_of(text));
  return gap ? Verdict::kAfterGap : Verdict::kFresh;
}

std::string since(std::span<const Position> outputs) {
  const auto time = since_time(outputs);
  return time == 0 ? std::string() : fmt::format("{}.{:09}", time / kSecond, time % kSecond);
}

bool covers(std::span<const Position> outputs, const Position& at) { return since_time(outputs) <= at.place; }

}  // namespace exporter::tail
