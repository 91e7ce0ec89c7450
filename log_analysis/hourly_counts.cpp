#include "log_analysis/hourly_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace log_analysis {

namespace {

void put(std::string& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) bytes += static_cast<char>(number | 0x80U);
  bytes += static_cast<char>(number);
}

std::uint64_t take(const std::string& bytes, std::size_t& at) {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return number;
  }
}

// Saturates, because 0 means that there is no count.
void increase(std::uint64_t& sum, std::uint64_t by) { sum = by > UINT64_MAX - sum ? UINT64_MAX : sum + by; }

}  // namespace

template <class Visit>
void HourlyCounts::each(Visit&& visit) const {
  if (open_.count > 0) {
    HourlyCounts whole = *this;
    whole.open_ = {};
    whole.settle(open_);
    whole.each(visit);
    return;
  }
  std::int64_t hour = oldest_;
  for (std::size_t at = 0; at < closed_.size();) {
    visit(hour, take(closed_, at));
    hour += static_cast<std::int64_t>(take(closed_, at));
  }
  if (newest_.count > 0) visit(newest_.hour, newest_.count);
}

void HourlyCounts::add(std::int64_t hour, std::uint64_t count) {
  if (count == 0) return;
  if (open_.count > 0 && open_.hour == hour) return increase(open_.count, count);
  settle(open_);
  open_ = {hour, count};
}

void HourlyCounts::settle(HourCount one) {
  const auto [hour, count] = one;
  if (count == 0) return;
  if (newest_.count == 0) {
    newest_ = {hour, count};
    oldest_ = hour;
  } else if (hour == newest_.hour) {
    increase(newest_.count, count);
  } else if (hour > newest_.hour) {
    put(closed_, newest_.count);
    put(closed_, static_cast<std::uint64_t>(hour - newest_.hour));
    newest_ = {hour, count};
    std::size_t old = 0;
    while (oldest_ <= hour - kHours) {
      take(closed_, old);
      oldest_ += static_cast<std::int64_t>(take(closed_, old));
    }
    closed_.erase(0, old);
  } else if (hour > newest_.hour - kHours) {  // late
    open_ = {};
    std::vector<HourCount> hours = all();
    const auto place = std::ranges::lower_bound(hours, hour, {}, &HourCount::hour);
    if (place->hour == hour) {
      increase(place->count, count);
    } else {
      hours.insert(place, {hour, count});
    }
    *this = HourlyCounts();
    for (const HourCount& each_one : hours) settle(each_one);
  }
}

void HourlyCounts::absorb(const HourlyCounts& other) {
  other.each([this](std::int64_t hour, std::uint64_t count) { add(hour, count); });
}

std::vector<HourCount> HourlyCounts::all() const {
  std::vector<HourCount> hours;
  each([&](std::int64_t hour, std::uint64_t count) { hours.push_back({hour, count}); });
  return hours;
}

void HourlyCounts::write(std::string& json) const {
  json += '[';
  std::int64_t before = 0;
  each([&](std::int64_t hour, std::uint64_t count) {
    fmt::format_to(std::back_inserter(json), "{}{},{}", json.back() == '[' ? "" : ",", hour - before, count);
    before = hour;
  });
  json += ']';
}

}  // namespace log_analysis
