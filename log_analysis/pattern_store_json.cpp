// A PatternStore as one line of JSON:
//
//   {"version":1,"new_patterns":[6,0,1,0],"made_room":…,"patterns":[
//     {"level":"error","words":"order <*> rejected","merged":["<id>",…],"open":["<hash>",…],"count":3,
//      "first":…,"last":…,"silence":…,"returned":…,"hours":[486000,2,5,1],"example":"…"},…]}
//
// New patterns are by level, info first. Hours are the first one since 1970, its count, the hours to the
// next, its count, and so on. Times and lengths are nanoseconds. Events beyond the limit have "other":true
// instead of words, merged and open.
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/text/json.h"
#include "base/text/utf8.h"
#include "log_analysis/json_text.h"
#include "log_analysis/pattern_state.h"
#include "log_analysis/redaction.h"

namespace log_analysis {

namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::size_t kMaxExample = 4096;

void append_hashes(std::string& text, std::string_view key, const std::vector<std::uint64_t>& hashes) {
  fmt::format_to(std::back_inserter(text), ",\"{}\":[", key);
  for (const std::uint64_t hash : hashes) {
    fmt::format_to(std::back_inserter(text), "{}\"{}\"", text.back() == '[' ? "" : ",", hex(hash));
  }
  text += ']';
}

std::string words_text(const Miner::Saved& mined, bool other) {
  std::string text = fmt::format("{{\"level\":\"{}\"", name(mined.level));
  if (other) return text + ",\"other\":true";
  text += ",\"words\":";
  append_json(text, mined.words);
  append_hashes(text, "merged", mined.merged);
  append_hashes(text, "open", mined.open);
  return text;
}

void append_history(std::string& text, const PatternRecord& record) {
  fmt::format_to(
      std::back_inserter(text),
      ",\"count\":{},\"first\":{},\"last\":{},\"silence\":{},\"returned\":{},\"hours\":", record.count,
      record.first_seen.time_since_epoch().count(), record.last_seen.time_since_epoch().count(),
      record.longest_silence.count(), record.returned.time_since_epoch().count());
  record.hours.write(text);
  text += ",\"example\":";
  append_json(text, record.example);
  text += '}';
}

// Reads the fields of one object; keeps the first error.
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
    if (value > INT64_MAX) problem(key, "is out of range");
    return base::Duration(ok() ? static_cast<std::int64_t>(value) : 0);
  }
  std::string text(const char* key, std::size_t max_bytes) {
    const json* value = find(key);
    if (value == nullptr) return "";
    if (!value->is_string()) {
      problem(key, "is not a string");
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
        problem(key, "contains a value that is not 16 hexadecimal digits");
      }
      hashes.push_back(hash);
    }
    return hashes;
  }
  HourlyCounts hours(const char* key) {
    HourlyCounts hours;
    const json& values = list(key);
    const bool counts = values.size() % 2 == 0 &&
                        std::ranges::all_of(values, [](const json& one) { return one.is_number_unsigned(); });
    if (!counts) problem(key, "is not a list of alternating hours and counts");
    std::uint64_t hour = 0;
    for (std::size_t i = 0; counts && i < values.size(); i += 2) {
      const std::uint64_t step = values[i];
      const std::uint64_t count = values[i + 1];
      if (step > (i == 0 ? INT32_MAX : HourlyCounts::kHours - 1) || (i > 0 && step == 0) || count == 0) {
        problem(key, "is not a list of ascending hours within seven days");
        break;
      }
      hour += step;
      hours.add(static_cast<std::int64_t>(hour), count);
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

// Whether the words still contain a secret that is masked in the example: older versions recognised fewer
// secrets.
bool shows_secret(std::string_view words, std::string_view example) {
  if (mask_secrets(words) != words) return true;
  if (!example.contains("***")) return false;
  while (!words.empty()) {
    std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    word = word.substr(0, word.find("<*>"));
    if (!example.contains(word)) return true;
  }
  return false;
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

std::string PatternStore::save() const {
  State& state = *state_;
  std::vector<Miner::Saved> mined;
  std::size_t size = 256;
  for (Miner::Slot slot = 0; slot < state.records.size(); ++slot) {
    const PatternRecord& record = state.records[slot];
    SavedPattern& saved = state.saved[slot];
    if (record.count == 0) {
      saved = SavedPattern();
      continue;
    }
    if (saved.words_size == 0) {
      if (mined.empty()) mined = state.miner.save();
      saved.text = words_text(mined[slot], slot < kLevels);
      saved.words_size = saved.text.size();
      saved.current = false;
    }
    if (!saved.current) {
      saved.text.resize(saved.words_size);
      append_history(saved.text, record);
      saved.current = true;
    }
    size += saved.text.size() + 1;
  }
  std::string text;
  text.reserve(size);
  text = fmt::format("{{\"version\":{},\"new_patterns\":[{}],\"made_room\":{},\"patterns\":[", kVersion,
                     fmt::join(state.new_patterns, ","), state.made_room.time_since_epoch().count());
  for (const SavedPattern& saved : state.saved) {
    if (saved.text.empty()) continue;
    if (text.back() != '[') text += ',';
    text += saved.text;
  }
  return text += "]}";
}

base::Result<PatternStore> PatternStore::load(std::string_view text, const Settings& settings) {
  const auto document = base::parse_json(text);
  if (!document) return base::wrap(document.error(), "patterns");
  Fields top(*document, "patterns");
  if (top.count("version") != kVersion) top.problem("version", fmt::format("is not {}", kVersion));
  PatternStore book(settings);
  State& state = *book.state_;
  state.new_patterns = top.by_level("new_patterns");
  state.made_room = top.time("made_room");
  std::size_t index = 0;
  for (const json& one : top.list("patterns")) {
    Fields fields(one, fmt::format("patterns[{}]", index++));
    PatternRecord record = read_record(fields);
    const Level level = read_level(fields);
    const bool other = fields.flag("other");
    Miner::Saved saved{.level = level, .words = "", .merged = {}, .open = {}};
    if (!other) {
      saved.words = base::repair_utf8(fields.text("words", Miner::kMaxText));
      saved.merged = fields.hashes("merged");
      saved.open = fields.hashes("open");
    }
    if (!fields.ok()) return base::fail("{}", fields.error());
    state.events += record.count;
    record.example = base::excerpt(mask_secrets(record.example), kMaxExample);
    if (other || shows_secret(saved.words, record.example)) {
      state.record(static_cast<Miner::Slot>(level)).absorb(record);
    } else {
      state.restore(saved, record);
    }
  }
  if (!top.ok()) return base::fail("{}", top.error());
  return book;
}

}  // namespace log_analysis
