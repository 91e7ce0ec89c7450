// A PatternBook as one line of JSON:
//
//   {"version":1,"new_patterns":[6,0,1,0],"patterns":[{"level":"error","words":"order <*>
//   rejected","count":3,
//    "first":…,"last":…,"silence":…,"returned":…,"hours":[[486000,3]],"example":"…",
//    "merged":["<id>",…],"open":["<hash>",…]},…]}
//
// New patterns are by level, info first. Times and lengths are nanoseconds. The events beyond the bound have
// "other":true in place of words, merged and open.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/utf8.h"
#include "logs/pattern_state.h"

namespace logs {

namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::size_t kMaxExample = 4096;

json hex_list(const std::vector<std::uint64_t>& values) {
  json list = json::array();
  for (const std::uint64_t value : values) list.push_back(hex(value));
  return list;
}

json record_json(const PatternRecord& record) {
  json hours = json::array();
  for (const HourCount& one : record.hours) hours.push_back({one.hour, one.count});
  return {{"count", record.count},
          {"first", record.first_seen.time_since_epoch().count()},
          {"last", record.last_seen.time_since_epoch().count()},
          {"silence", record.longest_silence.count()},
          {"returned", record.returned.time_since_epoch().count()},
          {"hours", std::move(hours)},
          {"example", record.example}};
}

// Reads the fields of one object; keeps the first thing that is wrong.
class Fields {
 public:
  Fields(const json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object_.is_object()) problem("", "is not an object");
  }

  std::uint64_t count(const char* key) {
    const json* value = find(key);
    if (value == nullptr) return 0;
    if (!value->is_number_unsigned()) problem(key, "is not a count");
    return ok() ? value->get<std::uint64_t>() : 0;
  }
  base::WallTime time(const char* key) { return within_reach(base::WallTime(length(key))); }
  base::Duration length(const char* key) {
    const std::uint64_t value = count(key);
    if (value > INT64_MAX) problem(key, "is out of reach");
    return base::Duration(ok() ? static_cast<std::int64_t>(value) : 0);
  }
  std::string text(const char* key, std::size_t max_bytes) {
    const json* value = find(key);
    if (value == nullptr) return "";
    if (!value->is_string()) {
      problem(key, "is not a text");
    } else if (value->get_ref<const std::string&>().size() > max_bytes) {
      problem(key, "is too long");
    }
    return ok() ? value->get<std::string>() : "";
  }
  std::vector<std::uint64_t> hashes(const char* key) {
    std::vector<std::uint64_t> hashes;
    for (const json& one : list(key)) {
      std::uint64_t hash = 0;
      const std::string text = one.is_string() ? one.get<std::string>() : "";
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), hash, 16);
      if (text.size() != 16 || error != std::errc{} || end != text.data() + text.size()) {
        problem(key, "holds what is not 16 hexadecimal digits");
      }
      hashes.push_back(hash);
    }
    return hashes;
  }
  std::vector<HourCount> hours(const char* key) {
    std::vector<HourCount> hours;
    for (const json& one : list(key)) {
      if (!one.is_array() || one.size() != 2 || !one[0].is_number_unsigned() ||
          !one[1].is_number_unsigned() || one[0].get<std::uint64_t>() > INT32_MAX) {
        problem(key, "holds what is not [hour, count]");
        return {};
      }
      hours.push_back({one[0].get<std::int64_t>(), one[1].get<std::uint64_t>()});
      const bool ascends = hours.size() < 2 || hours[hours.size() - 2].hour < hours.back().hour;
      if (!ascends || hours.back().hour - hours.front().hour >= PatternRecord::kHours) {
        problem(key, "is not seven days of ascending hours");
        return {};
      }
    }
    return hours;
  }
  std::array<std::uint64_t, kLevels> by_level(const char* key) {
    std::array<std::uint64_t, kLevels> counts{};
    const json& values = list(key);
    if (values.size() != counts.size() ||
        !std::ranges::all_of(values, [](const json& one) { return one.is_number_unsigned(); })) {
      problem(key, "is not a count for each level");
    }
    if (ok())
      std::ranges::transform(values, counts.begin(),
                             [](const json& one) { return one.get<std::uint64_t>(); });
    return counts;
  }
  const json& list(const char* key) {
    static const json kEmpty = json::array();
    const json* value = find(key);
    if (value != nullptr && !value->is_array()) problem(key, "is not a list");
    return ok() && value != nullptr ? *value : kEmpty;
  }
  bool flag(const char* key) const {
    const auto found = object_.is_object() ? object_.find(key) : object_.end();
    return object_.is_object() && found != object_.end() && *found == true;
  }

  void problem(std::string_view key, std::string_view what) {
    if (error_.empty()) error_ = fmt::format("{}{}{} {}", place_, key.empty() ? "" : ".", key, what);
  }
  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }

 private:
  const json* find(const char* key) {
    if (!ok()) return nullptr;
    const auto found = object_.find(key);
    if (found == object_.end()) problem(key, "is missing");
    return found == object_.end() ? nullptr : &*found;
  }

  const json& object_;
  std::string place_;
  std::string error_;
};

PatternRecord read_record(Fields& fields) {
  PatternRecord record;
  record.count = fields.count("count");
  record.first_seen = fields.time("first");
  record.last_seen = fields.time("last");
  record.longest_silence = fields.length("silence");
  record.returned = fields.time("returned");
  record.hours = fields.hours("hours");
  record.example = base::repair_utf8(fields.text("example", kMaxExample));
  if (record.count == 0) fields.problem("count", "is 0");
  if (record.first_seen > record.last_seen) fields.problem("first", "is later than last");
  return record;
}

Level read_level(Fields& fields) {
  const std::string text = fields.text("level", 16);
  for (int i = 0; i < kLevels; ++i) {
    if (name(static_cast<Level>(i)) == text) return static_cast<Level>(i);
  }
  fields.problem("level", "is not a level");
  return Level::info;
}

}  // namespace

std::string PatternBook::save() const {
  const State& state = *state_;
  const std::vector<Miner::Saved> mined = state.miner.save();
  json patterns = json::array();
  for (Miner::Slot slot = 0; slot < state.records.size(); ++slot) {
    if (state.records[slot].count == 0) continue;
    json pattern = record_json(state.records[slot]);
    pattern["level"] = name(state.miner.level(slot));
    if (slot < kLevels) {
      pattern["other"] = true;
    } else {
      pattern["words"] = mined[slot].words;
      pattern["merged"] = hex_list(mined[slot].merged);
      pattern["open"] = hex_list(mined[slot].open);
    }
    patterns.push_back(std::move(pattern));
  }
  const json document{
      {"version", kVersion}, {"new_patterns", state.new_patterns}, {"patterns", std::move(patterns)}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

base::Result<PatternBook> PatternBook::load(std::string_view text, const Settings& settings) {
  const auto document = base::parse_json(text);
  if (!document) return base::wrap(document.error(), "patterns");
  Fields top(*document, "patterns");
  if (top.count("version") != kVersion) top.problem("version", fmt::format("is not {}", kVersion));
  PatternBook book(settings);
  State& state = *book.state_;
  state.new_patterns = top.by_level("new_patterns");
  std::size_t index = 0;
  for (const json& one : top.list("patterns")) {
    Fields fields(one, fmt::format("patterns[{}]", index++));
    PatternRecord record = read_record(fields);
    const Level level = read_level(fields);
    Miner::Slot slot = static_cast<Miner::Slot>(level);
    if (!fields.flag("other")) {
      const Miner::Saved saved{.level = level,
                               .words = base::repair_utf8(fields.text("words", Miner::kMaxText)),
                               .merged = fields.hashes("merged"),
                               .open = fields.hashes("open")};
      if (fields.ok()) slot = state.miner.restore(saved);
    }
    if (!fields.ok()) return base::fail("{}", fields.error());
    state.events += record.count;
    state.record(slot).absorb(record);
  }
  if (!top.ok()) return base::fail("{}", top.error());
  return book;
}

}  // namespace logs
