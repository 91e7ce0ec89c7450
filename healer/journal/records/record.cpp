#include "healer/journal/records/record.h"

#include <array>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "base/text/json.h"
#include "healer/journal/records/old_names.h"
#include "healer/journal/records/record_fields.h"
#include "healer/journal/records/record_names.h"
#include "healer/model/incident_id.h"

namespace healer {
namespace {

using nlohmann::json;
using namespace records;

// Writes into an object. A field that earlier versions did not have is written only if it is not the default.
class Writer {
 public:
  explicit Writer(json& out) : out_(out) {}
  void operator()(const char* name, const std::string& value) { out_[name] = value; }
  void operator()(const char* name, bool value) { out_[name] = value; }
  // A field that earlier versions did not have; false is not written.
  void flag(const char* name, bool value) {
    if (value) out_[name] = true;
  }
  void operator()(const char* name, base::WallTime value) { out_[name] = base::rfc3339(value); }
  void operator()(const char* name, const std::vector<std::string>& value) { out_[name] = value; }
  void operator()(const char* name, const Labels& value) { out_[name] = value; }
  void operator()(const char* name, const std::vector<Labels>& value) {
    json list = json::array();
    for (const Labels& each : value) list.push_back(each);
    out_[name] = std::move(list);
  }
  void operator()(const char* name, const Target& value) {
    out_[name] = {{"kind", value.kind}, {"name", value.name}};
  }
  void operator()(const char* name, const Counts& value) { out_[name] = value; }
  void operator()(const char* name, const Findings& value) {
    json list = json::array();
    for (const Finding& each : value.list) list.push_back({each.group, each.name, each.ok});
    out_[name] = {{"suite", value.suite}, {"list", list}};
  }
  void operator()(const char* name, const Undo& value) {
    out_[name] = {{"action", value.action}, {"parameters", value.parameters}};
  }
  void operator()(const char* name, double value) { out_[name] = value; }
  void operator()(const char* name, const policy::Permissions& value) {
    json inner = json::object();
    Writer writer(inner);
    fields(writer, value, static_cast<policy::Permissions*>(nullptr));
    out_[name] = std::move(inner);
  }
  void operator()(const char* name, const std::optional<Refusal>& value) {
    out_[name] = value ? json(name_of(*value)) : json(nullptr);
  }
  template <class T>
    requires std::is_enum_v<T>
  void operator()(const char* name, T value) {
    out_[name] = name_of(value);
  }
  // Not written if its value equals the default.
  template <class T>
  void optional(const char* name, const T& value, const T& absent = {}) {
    if (value != absent) (*this)(name, value);
  }
  template <class T>
  void optional(const char* name, const std::optional<T>& value) {
    if (value) (*this)(name, *value);
  }
  void optional_length(const char* name, base::Duration value) {
    if (value != base::Duration::zero()) length(name, value);
  }
  void number(const char* name, std::size_t value) { out_[name] = value; }
  void length(const char* name, base::Duration value) {
    out_[name] = std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
  }
  void incident(const char* name, std::uint64_t value) { out_[name] = value == 0 ? "" : incident_id(value); }
  // Fields that came later: older records lack them.
  void incident_if(const char* name, std::uint64_t value) {
    if (value != 0) incident(name, value);
  }

 private:
  json& out_;
};

// Reads from an object; the first invalid field is the error.
class Reader {
 public:
  explicit Reader(const json& in) : in_(in) {}

  void operator()(const char* name, std::string& value) {
    if (const json* text = field(name, json::value_t::string)) value = text->get<std::string>();
  }
  void operator()(const char* name, bool& value) {
    if (const json* flag = field(name, json::value_t::boolean)) value = flag->get<bool>();
  }
  void flag(const char* name, bool& value) {
    if (in_.contains(name)) (*this)(name, value);
  }
  void operator()(const char* name, base::WallTime& value) {
    std::string text;
    (*this)(name, text);
    if (!error_.empty()) return;
    const auto time = base::parse_rfc3339(text);
    if (!time) return fail(name, "is not a time");
    value = *time;
  }
  void operator()(const char* name, std::vector<std::string>& value) {
    const json* list = field(name, json::value_t::array);
    if (list == nullptr) return;
    for (const json& item : *list) {
      if (!item.is_string()) return fail(name, "contains a value that is not a string");
      value.push_back(item.get<std::string>());
    }
  }
  void operator()(const char* name, Labels& value) {
    const json* map = field(name, json::value_t::object);
    if (map == nullptr) return;
    value.reserve(map->size());
    for (const auto& [key, item] : map->items()) {
      if (!item.is_string()) return fail(name, "contains a value that is not a string");
      value.emplace(key, item.get<std::string>());
    }
  }
  void operator()(const char* name, std::vector<Labels>& value) {
    const json* list = field(name, json::value_t::array);
    for (const json& item : list == nullptr ? json::array() : *list) {
      if (!item.is_object()) return fail(name, "contains a value that is not an object of strings");
      Labels& labels = value.emplace_back();
      for (const auto& [key, each] : item.items()) {
        if (!each.is_string()) return fail(name, "contains a value that is not a string");
        labels.emplace(key, each.get<std::string>());
      }
    }
  }
  void operator()(const char* name, Target& value) {
    const json* target = field(name, json::value_t::object);
    if (target == nullptr) return;
    Reader inner(*target);
    inner("kind", value.kind);
    inner("name", value.name);
    inner.finish();
    if (!inner.error_.empty()) fail(name, inner.error_);
  }
  void operator()(const char* name, Counts& value) {
    const json* map = field(name, json::value_t::object);
    if (map == nullptr) return;
    for (const auto& [key, item] : map->items()) {
      if (!item.is_number_unsigned()) return fail(name, "contains a value that is not a count");
      value.emplace(key, item.get<std::uint64_t>());
    }
  }
  void operator()(const char* name, Findings& value) {
    const json* findings = field(name, json::value_t::object);
    if (findings == nullptr) return;
    Reader inner(*findings);
    inner("suite", value.suite);
    const json* list = inner.field("list", json::value_t::array);
    for (const json& item : list == nullptr ? json::array() : *list) {
      const bool whole = item.is_array() && item.size() == 3 && item[0].is_string() && item[1].is_string();
      if (!whole || !item[2].is_boolean()) return fail(name, "contains a value that is not a finding");
      value.list.push_back({item[0].get<std::string>(), item[1].get<std::string>(), item[2].get<bool>()});
    }
    inner.finish();
    if (!inner.error_.empty()) fail(name, inner.error_);
  }
  void operator()(const char* name, Undo& value) {
    const json* undo = field(name, json::value_t::object);
    if (undo == nullptr) return;
    Reader inner(*undo);
    inner("action", value.action);
    inner("parameters", value.parameters);
    inner.finish();
    if (!inner.error_.empty()) fail(name, inner.error_);
  }
  void operator()(const char* name, double& value) {
    const auto found = in_.find(name);
    if (found != in_.end() && !found->is_number()) return fail(name, "is of the wrong type");
    if (found == in_.end()) return fail(name, "is missing");
    ++used_;
    value = found->get<double>();
  }
  void operator()(const char* name, policy::Permissions& value) {
    const json* permissions = field(name, json::value_t::object);
    if (permissions == nullptr) return;
    Reader inner(*permissions);
    fields(inner, value, static_cast<policy::Permissions*>(nullptr));
    inner.finish();
    if (!inner.error_.empty()) fail(name, inner.error_);
  }
  void operator()(const char* name, std::optional<Refusal>& value) {
    if (in_.contains(name) && in_[name].is_null()) {
      ++used_;
      return;
    }
    Refusal refusal{};
    (*this)(name, refusal);
    if (error_.empty()) value = refusal;
  }
  template <class T>
    requires std::is_enum_v<T>
  void operator()(const char* name, T& value) {
    std::string text;
    (*this)(name, text);
    if (!error_.empty()) return;
    const auto known = parse(text, T{});
    if (!known) return fail(name, "\"" + text + "\" is unknown");
    value = *known;
  }
  template <class T>
  void optional(const char* name, T& value, const T& absent = {}) {
    value = absent;
    if (in_.contains(name)) (*this)(name, value);
  }
  template <class T>
  void optional(const char* name, std::optional<T>& value) {
    if (in_.contains(name)) (*this)(name, value.emplace());
  }
  void optional_length(const char* name, base::Duration& value) {
    if (in_.contains(name)) length(name, value);
  }
  void number(const char* name, std::size_t& value) {
    if (const json* count = field(name, json::value_t::number_unsigned)) value = count->get<std::size_t>();
  }
  void length(const char* name, base::Duration& value) {
    constexpr std::uint64_t kCentury = 100ULL * 366 * 24 * 3600 * 1000;
    const json* count = field(name, json::value_t::number_unsigned);
    if (count == nullptr) return;
    const auto milliseconds = count->get<std::uint64_t>();
    if (milliseconds > kCentury) return fail(name, "is too long");
    value = std::chrono::milliseconds(milliseconds);
  }
  void incident(const char* name, std::uint64_t& value) {
    std::string text;
    (*this)(name, text);
    if (!error_.empty() || text.empty()) return;
    const auto number = parse_incident_id(text);
    if (!number) return fail(name, "\"" + text + "\" is not an incident");
    value = *number;
  }

  void incident_if(const char* name, std::uint64_t& value) {
    if (in_.contains(name)) incident(name, value);
  }

  // A field that was not read is unknown to this version.
  void finish() {
    if (error_.empty() && used_ != in_.size()) error_ = "has an unknown field";
  }
  const std::string& error() const { return error_; }

 private:
  const json* field(const char* name, json::value_t type) {
    if (!error_.empty()) return nullptr;
    const auto found = in_.find(name);
    if (found == in_.end()) return fail(name, "is missing"), nullptr;
    if (found->type() != type) return fail(name, "is of the wrong type"), nullptr;
    ++used_;
    return &*found;
  }
  void fail(const char* name, const std::string& what) {
    if (error_.empty()) error_ = std::string(name) + " " + what;
  }

  const json& in_;
  std::size_t used_ = 0;
  std::string error_;
};

constexpr std::array<std::string_view, std::variant_size_v<Fact>> kKinds{
    "process_started", "alert_seen",        "alert_refused",   "incident_opened",  "alert_joined",
    "incident_moved",  "action_intended",   "action_finished", "symptom_returned", "symptom_gone",
    "policy_moved",    "operator_acted",    "expired",         "journal_failed",   "recommended",
    "approval_asked",  "approval_answered", "storm_moved",     "cause_seen",       "cause_ended",
    "rules_seen",      "rules_accepted"};

// An empty fact of the kind, or nothing.
template <std::size_t I = 0>
std::optional<Fact> fact_of(std::string_view kind) {
  if constexpr (I == kKinds.size()) {
    return std::nullopt;
  } else {
    return kKinds[I] == kind ? Fact(std::in_place_index<I>) : fact_of<I + 1>(kind);
  }
}

}  // namespace

std::string_view kind_of(const Fact& fact) { return kKinds[fact.index()]; }
std::string_view to_string(ActionFinished::Outcome outcome) { return name_of(outcome); }
std::string_view to_string(OperatorActed::Verb verb) { return name_of(verb); }
std::string_view to_string(ApprovalAnswered::Answer answer) { return name_of(answer); }

std::string encode(const Record& record) {
  json out = {{"at", base::rfc3339(record.at)}, {"kind", kind_of(record.fact)}};
  Writer writer(out);
  std::visit(
      [&](const auto& fact) {
        fields(writer, fact, static_cast<std::remove_cvref_t<decltype(fact)>*>(nullptr));
      },
      record.fact);
  // Input from outside was checked to be UTF-8; the output of an action may not be.
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

base::Result<Record> decode(std::string_view text) {
  auto parsed = base::parse_json(text);
  if (!parsed) return base::wrap(parsed.error(), "a record");
  if (!parsed->is_object()) return base::fail("a record is not a JSON object");
  use_present_names(*parsed);
  Record record;
  Reader reader(*parsed);
  std::string kind;
  reader("at", record.at);
  reader("kind", kind);
  if (!reader.error().empty()) return base::fail("a record: {}", reader.error());
  auto fact = fact_of(kind);
  if (!fact) return base::fail("a record of kind \"{}\", which this version does not know", kind);
  std::visit(
      [&](auto& empty) {
        fields(reader, empty, static_cast<std::remove_cvref_t<decltype(empty)>*>(nullptr));
      },
      *fact);
  reader.finish();
  if (!reader.error().empty()) return base::fail("a record of kind {}: {}", kind, reader.error());
  record.fact = std::move(*fact);
  return record;
}

}  // namespace healer
