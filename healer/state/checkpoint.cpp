#include "healer/state/checkpoint.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "base/text/json.h"
#include "healer/model/policy/permission_names.h"

namespace healer {

using nlohmann::json;

// ---- the fields ------------------------------------------------------------------------------------

// Their names are those of the first version, so that its checkpoints are still read.

void fields(auto& f, auto& x, const Alert*) {
  auto& [fingerprint, firing, labels, annotations, starts_at, ends_at] = x;
  f("fingerprint", fingerprint), f("firing", firing), f("labels", labels), f("annotations", annotations);
  f("starts_at", starts_at), f("ends_at", ends_at);
}
void fields(auto& f, auto& x, const Target*) {
  auto& [kind, name] = x;
  f("kind", kind), f("name", name);
}
void fields(auto& f, auto& x, const AlertRefused*) {
  auto& [fingerprint, playbook, refusal, detail] = x;
  f("fingerprint", fingerprint), f("playbook", playbook), f("refusal", refusal), f("detail", detail);
}
void fields(auto& f, auto& x, const AlertState*) {
  auto& [alert, changed_at, incident, pulled, refused] = x;
  f("alert", alert), f("changed", changed_at), f("incident", incident), f("pulled", pulled);
  f("refused", refused);
}
void fields(auto& f, auto& x, const Member*) {
  auto& [fingerprint, name, starts_at] = x;
  f("fingerprint", fingerprint), f("name", name), f("starts_at", starts_at);
}
void fields(auto& f, auto& x, const TimelineEntry*) {
  auto& [at, what, detail] = x;
  f("at", at), f("what", what), f("detail", detail);
}
void fields(auto& f, auto& x, const Undo*) {
  auto& [action, parameters] = x;
  f("action", action), f("parameters", parameters);
}
void fields(auto& f, auto& x, const Undoable*) {
  auto& [by, action, incident, undone] = x;
  f("by", by), f("action", action), f("incident", incident), f("taken_back", undone);
}
void fields(auto& f, auto& x, const Incident*) {
  auto& [number, state, playbook, subsystem, severity, target, members, firings, refusal, refusal_detail,
         waits_for, interrupted_look, contradicted, symptom_seen, unverified, rung, actions, tries,
         interrupted, action_id, action, approval, questions, dry_run, recommendation, last_ok, symptom_gone,
         started_by, reason, undoable, undoes, undo, alert_starts_at, opened_at, closed_at, since, acted_at,
         timeline] = x;
  f("number", number), f("state", state), f("playbook", playbook), f("subsystem", subsystem);
  f("severity", severity), f("target", target), f("members", members), f("firings", firings);
  f("refusal", refusal), f("refusal_detail", refusal_detail), f("waits_for", waits_for),
      f("interrupted_look", interrupted_look), f("rung", rung), f("actions", actions), f("tries", tries);
  f("interrupted", interrupted), f("action_id", action_id), f("action", action);
  f("approval", approval), f("questions", questions), f("dry_run", dry_run),
      f("recommendation", recommendation), f("symptom_gone", symptom_gone),
      f("alert_starts_at", alert_starts_at), f("opened_at", opened_at);
  f("closed_at", closed_at), f("since", since), f("acted", acted_at), f("story", timeline);
  f("last_ok", last_ok), f("asked_by", started_by), f("reason", reason);
  f("undoable", undoable), f("undoes", undoes), f("undo", undo);
  f("contradicted", contradicted), f("symptom_seen", symptom_seen);
  f("unverified", unverified);
}
void fields(auto& f, auto& x, const Attempts*) {
  auto& [at, last_ended, last_incident, health, health_before, closed] = x;
  f("at", at), f("last_ended", last_ended), f("last_incident", last_incident), f("health", health);
  f("health_before", health_before), f("closed", closed);
}
void fields(auto& f, auto& x, const Act*) {
  auto& [at, playbook, task] = x;
  f("at", at), f("playbook", playbook), f("task", task);
}
void fields(auto& f, auto& x, const Approval*) {
  auto& [id, incident, action_id, playbook, rung, action, target, description, refusal, state, requested_at,
         expires_at, until, who, reason] = x;
  f("id", id), f("incident", incident), f("action_id", action_id), f("playbook", playbook), f("rung", rung);
  f("action", action), f("target", target), f("description", description), f("why", refusal),
      f("state", state);
  f("asked_at", requested_at), f("expires_at", expires_at), f("until", until), f("who", who),
      f("reason", reason);
}
void fields(auto& f, auto& x, const Recommendation*) {
  auto& [number, incident, issue, playbook, rung, action_id, action, target, description, priority, automatic,
         approval, at, outcome, refusal, detail] = x;
  f("number", number), f("incident", incident), f("issue", issue), f("playbook", playbook), f("rung", rung);
  f("action_id", action_id), f("action", action), f("target", target), f("description", description);
  f("priority", priority), f("automatic", automatic), f("approval", approval), f("at", at);
  f("outcome", outcome), f("refusal", refusal), f("detail", detail);
}
void fields(auto& f, auto& x, const TaskRuns*) {
  auto& [last_run, last_success, duration, failures, counts, failing] = x;
  f("last_run", last_run), f("last_success", last_success), f("duration", duration), f("failures", failures);
  f("counts", counts), f("failing", failing);
}
void fields(auto& f, auto& x, const Finding*) {
  auto& [group, name, ok] = x;
  f("group", group), f("name", name), f("ok", ok);
}
void fields(auto& f, auto& x, const Found*) {
  auto& [at, list] = x;
  f("at", at), f("list", list);
}
void fields(auto& f, auto& x, const Pause*) {
  auto& [who, reason, until] = x;
  f("who", who), f("reason", reason), f("until", until);
}
void fields(auto& f, auto& x, const Hold*) {
  auto& [policy, who, reason, until] = x;
  f("policy", policy), f("who", who), f("reason", reason), f("until", until);
}
void fields(auto& f, auto& x, const Lease*) {
  auto& [incident, action, policy, length, until] = x;
  f("incident", incident), f("action", action), f("policy", policy), f("length", length), f("until", until);
}
void fields(auto& f, auto& x, const Halt*) {
  auto& [incident, action] = x;
  f("incident", incident), f("action", action);
}
void fields(auto& f, auto& x, const policy::Permissions*) {
  auto& [new_positions, max_leverage, position_size_factor, stops, existing_positions, trading] = x;
  f("new_positions", new_positions), f("max_leverage", max_leverage);
  f("position_size_factor", position_size_factor), f("stops", stops);
  f("existing_positions", existing_positions), f("trading", trading);
}
void fields(auto& f, auto& x, const AlertCause*) {
  auto& [ruler, labels, starts_at, facts, resolved, changed_at] = x;
  f("ruler", ruler), f("labels", labels), f("starts_at", starts_at), f("facts", facts);
  f("resolved", resolved), f("changed", changed_at);
}
void fields(auto& f, auto& x, const KnownRule*) {
  auto& [ruler, labels] = x;
  f("ruler", ruler), f("labels", labels);
}
void fields(auto& f, auto& x, const DecisionLabels*) {
  auto& [playbook, outcome, reason] = x;
  f("playbook", playbook), f("outcome", outcome), f("reason", reason);
}

// The whole of a history, part by part.
template <class Each, class Memory>
void parts_of_history(Each& f, Memory& history) {
  auto& [alerts, unanswered, demanding, incidents, open, closed, open_on, acting, acts, attempts, storm,
         pause, hold, policy, emergency_latched, permissions, leases, halts, actions_total, decisions_total,
         healed, tasks, approvals, live_approvals, decided_approvals, recommendations, found, needs_evidence,
         alert_causes, rules, first_start] = history;
  f("alert", alerts), f("unanswered", unanswered), f("demanding", demanding), f("incident", incidents);
  f("open", open), f("closed", closed), f("open_on", open_on), f("attempts", attempts), f("pause", pause);
  f("hold", hold), f("policy", policy), f("emergency_latched", emergency_latched), f("lease", leases);
  f("restrictions", permissions), f("halt", halts);
  f("actions_total", actions_total), f("decisions_total", decisions_total), f("task", tasks);
  f("acting", acting), f("acts", acts), f("storm", storm), f("approval", approvals);
  f("live_approvals", live_approvals), f("decided_approvals", decided_approvals);
  f("recommendations", recommendations), f("found", found);
  f("needs_evidence", needs_evidence), f("alert_cause", alert_causes), f("rule", rules);
  f("first_start", first_start);
  static_cast<void>(healed);  // belongs to one process
}

void fields(auto& f, auto& x, const AlertStore::Known*) {
  auto& [firing, inferred, starts_at, learned_at, ended] = x;
  f("firing", firing), f("inferred", inferred), f("starts_at", starts_at), f("ended", ended);
  // Not written: what an earlier process learned is older than anything that this one requests.
  static_cast<void>(learned_at);
}

namespace {

constexpr int kVersion = 1;
constexpr const char* kKnown = "known";

// ---- their values ----------------------------------------------------------------------------------

std::string_view name_of(State value) { return to_string(value); }
std::string_view name_of(Policy value) { return to_string(value); }
std::string_view name_of(Refusal value) { return to_string(value); }
template <policy::Permission T>
std::string_view name_of(T value) {
  return to_string(value);
}
std::string_view name_of(Approval::State value) { return to_string(value); }
std::string_view name_of(Recommendation::Outcome value) { return to_string(value); }
template <class T>
std::optional<T> among(std::initializer_list<T> values, std::string_view text) {
  const auto found = std::ranges::find(values, text, [](T value) { return to_string(value); });
  return found == values.end() ? std::nullopt : std::optional(*found);
}
std::optional<Approval::State> parse(std::string_view text, Approval::State) {
  using enum Approval::State;
  return among({kPending, kApproved, kUsed, kRejected, kExpired, kWithdrawn}, text);
}
std::optional<Recommendation::Outcome> parse(std::string_view text, Recommendation::Outcome) {
  using enum Recommendation::Outcome;
  return among({kOpen, kExecuted, kRefused, kWithdrawn}, text);
}
template <policy::Permission T>
std::optional<T> parse(std::string_view text, T value) {
  return policy::named(policy::values_of(value), text);
}
std::optional<State> parse(std::string_view text, State) { return parse_state(text); }
std::optional<Policy> parse(std::string_view text, Policy) { return parse_policy(text); }
std::optional<Refusal> parse(std::string_view text, Refusal) { return parse_refusal(text); }

template <class T>
constexpr bool kIsMap = requires(T t) { typename T::mapped_type; };
template <class T>
constexpr bool kIsSet = requires(T t) { typename T::key_type; } && !kIsMap<T>;
template <class T>
constexpr bool kIsOptional = requires(T t) { t.has_value(); };
template <class T>
constexpr bool kIsPair = requires(T t) { t.first; };
template <class T>
constexpr bool kIsList = requires(T t) { t.push_back(typename T::value_type{}); };
template <class T>
constexpr bool kIsPlain = std::is_arithmetic_v<T> || std::is_same_v<T, std::string>;

[[noreturn]] void malformed(const std::string& what) { throw std::invalid_argument(what); }

// Monotonic times belong to one process, so their age at the checkpoint is written; null: never.
class Writer {
 public:
  Writer(json& out, base::MonoTime at) : out_(out), at_(at) {}

  template <class T>
  void operator()(const char* name, const T& value) {
    out_[name] = put(value);
  }

  template <class T>
  json put(const T& value) const {
    if constexpr (kIsPlain<T>) {
      return value;
    } else if constexpr (std::is_enum_v<T>) {
      return name_of(value);
    } else if constexpr (std::is_same_v<T, base::WallTime>) {
      return base::rfc3339(value);
    } else if constexpr (std::is_same_v<T, base::Duration>) {
      return value.count();
    } else if constexpr (std::is_same_v<T, base::MonoTime>) {
      return value == base::MonoTime{} ? json(nullptr) : json((at_ - value).count());
    } else if constexpr (kIsOptional<T>) {
      return value ? put(*value) : json(nullptr);
    } else if constexpr (kIsPair<T>) {
      return json::array({put(value.first), put(value.second)});
    } else if constexpr (kIsMap<T> || kIsSet<T> || kIsList<T>) {
      json list = json::array();
      for (const auto& item : value) list.push_back(put(item));
      return list;
    } else {
      json object = json::object();
      Writer inner(object, at_);
      fields(inner, value, static_cast<const T*>(nullptr));
      return object;
    }
  }

 private:
  json& out_;
  base::MonoTime at_;
};

// Throws json's own exceptions or std::invalid_argument for invalid values. A missing field did not exist in
// the version that wrote the checkpoint, and keeps its default.
class Reader {
 public:
  Reader(const json& in, base::MonoTime at) : in_(in), at_(at) {}

  template <class T>
  void operator()(const char* name, T& value) {
    const auto found = in_.find(name);
    if (found == in_.end()) return;
    ++used_;
    get(*found, value);
  }
  void finish() const {
    if (used_ != in_.size()) malformed("unknown field");
  }

  template <class T>
  void get(const json& in, T& value) const {
    if constexpr (kIsPlain<T>) {
      in.get_to(value);
    } else if constexpr (std::is_enum_v<T>) {
      const auto known = parse(in.get_ref<const std::string&>(), T{});
      if (!known) malformed("\"" + in.get<std::string>() + "\" is unknown");
      value = *known;
    } else if constexpr (std::is_same_v<T, base::WallTime>) {
      const auto time = base::parse_rfc3339(in.get_ref<const std::string&>());
      if (!time) malformed(time.error().message);
      value = *time;
    } else if constexpr (std::is_same_v<T, base::Duration>) {
      value = base::Duration(in.get<base::Duration::rep>());
    } else if constexpr (std::is_same_v<T, base::MonoTime>) {
      value = in.is_null() ? base::MonoTime{} : at_ - base::Duration(in.get<base::Duration::rep>());
    } else if constexpr (kIsOptional<T>) {
      value.reset();
      if (!in.is_null()) get(in, value.emplace());
    } else if constexpr (kIsPair<T>) {
      get(in.at(0), value.first);
      get(in.at(1), value.second);
    } else if constexpr (kIsMap<T>) {
      for (const json& item : list(in)) add(item, value);
    } else if constexpr (kIsSet<T>) {
      for (const json& item : list(in)) {
        typename T::key_type key{};
        get(item, key);
        value.insert(std::move(key));
      }
    } else if constexpr (kIsList<T>) {
      for (const json& item : list(in)) get(item, value.emplace_back());
    } else {
      if (!in.is_object()) malformed("not an object");
      Reader inner(in, at_);
      fields(inner, value, static_cast<const T*>(nullptr));
      inner.finish();
      // A reason that earlier versions named differently is counted under its present name.
      if constexpr (std::is_same_v<T, DecisionLabels>) {
        if (const auto refusal = parse_refusal(value.reason)) value.reason = to_string(*refusal);
      }
    }
  }

  static const json& list(const json& in) {
    if (!in.is_array()) malformed("not a list");
    return in;
  }

  template <class Map>
  void add(const json& item, Map& map) const {
    typename Map::key_type key{};
    get(item.at(0), key);
    get(item.at(1), map[std::move(key)]);
  }

 private:
  const json& in_;
  base::MonoTime at_;
  std::size_t used_ = 0;
};

std::string text_of(const json& line) {
  // As in records: the output of an action may not be UTF-8.
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

void write_checkpoint(const History& history, const std::map<std::string, AlertStore::Known>& known,
                      base::Now now, const std::function<void(std::string_view)>& line) {
  line(text_of({{"checkpoint", kVersion}, {"at", base::rfc3339(now.wall)}}));
  json unused;
  const Writer writer(unused, now.mono);
  const auto part = [&](const char* name, const auto& value) {
    using T = std::remove_cvref_t<decltype(value)>;
    if constexpr (kIsMap<T>) {
      for (const auto& item : value) line(text_of({{name, writer.put(item)}}));
    } else {
      line(text_of({{name, writer.put(value)}}));
    }
  };
  parts_of_history(part, history);
  part(kKnown, known);
}

base::Duration age_of(base::WallTime at, base::Now now) {
  return std::clamp<base::Duration>(now.wall - at, base::Duration::zero(), kOldest);
}

void CheckpointReader::take(const Entry& entry) {
  history_.apply(entry, now_.mono - age_of(entry.record.at, now_));
  if (ledger_ != nullptr) ledger_->replay(entry);
}

base::Result<> CheckpointReader::take(std::string_view line) {
  const auto parsed = base::parse_json(line);
  if (!parsed) return base::wrap(parsed.error(), "a checkpoint");
  if (!parsed->is_object() || parsed->empty()) return base::fail("a checkpoint: not a JSON object");
  try {
    if (!at_) {
      if (parsed->value("checkpoint", 0) != kVersion) malformed("unknown version");
      const auto at = base::parse_rfc3339(parsed->at("at").get_ref<const std::string&>());
      if (!at) malformed(at.error().message);
      at_ = now_.mono - age_of(*at, now_);
      return {};
    }
    const auto item = parsed->items().begin();
    const Reader reader(*parsed, *at_);
    bool known = false;
    const auto part = [&](const char* name, auto& value) {
      if (item.key() != name) return;
      known = true;
      if constexpr (kIsMap<std::remove_cvref_t<decltype(value)>>) {
        reader.add(item.value(), value);
      } else {
        reader.get(item.value(), value);
      }
    };
    parts_of_history(part, history_);
    if (item.key() == kKnown) {
      std::pair<std::string, AlertStore::Known> one;
      reader.get(item.value(), one);
      if (ledger_ != nullptr) ledger_->restore(one.first, one.second);
      return {};
    }
    if (!known) malformed("\"" + item.key() + "\" is unknown");
    return {};
  } catch (const std::exception& error) {  // json reports a value of another type by an exception only
    return base::fail("a checkpoint: {}", error.what());
  }
}

}  // namespace healer
