#include "healer/setup/playbook_node.h"

#include <algorithm>
#include <set>

#include "base/text/duration.h"
#include "healer/actions/table.h"
#include "healer/config/read/verify_node.h"
#include "healer/model/trading_actions.h"

namespace healer {
namespace {

using base::yaml::Node;
using namespace std::chrono_literals;

constexpr auto kLongest = std::chrono::hours(24 * 366);

// Reports once that the node is not a map; every further access would report it again.
bool is_map(const Node& node) {
  if (!node.is_map()) node.problem("must be a map");
  return node.is_map();
}

// It is a label's value and may become part of a file's name.
bool is_task_name(std::string_view name) {
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// A demanded policy, if there is one.
std::optional<Policy> read_demand(const Node& node) {
  if (!node.present()) return std::nullopt;
  const std::string text = node.one_of(
      {"safe_risk_profile", "no_new_trades", "defensive_exit", "emergency_shutdown"}, "no_new_trades");
  return parse_policy(text);
}

// Reads whether an action may start automatically, for a rung, or for a playbook as the default of its rungs.
// Returns true when the node sets whether an operator must approve it.
bool read_consent(const Node& node, Rung& rung) {
  const Node approval = node.optional("approval");
  if (approval.present()) rung.approval = approval.one_of({"none", "required"}, "none") == "required";
  rung.approval_within = node.optional("approval_within").duration(rung.approval_within, 1min, 24h * 7);
  rung.automatic = node.optional("automatic").boolean(rung.automatic);
  rung.dry_run = node.optional("dry_run").boolean(rung.dry_run);
  return approval.present();
}

// `rung`: the playbook's defaults; `approval_said`: whether they set approval.
Rung read_rung(const Node& node, Rung rung, bool approval_said, std::string_view kind,
               const actions::World& world, std::vector<std::unique_ptr<actions::Action>>& compiled) {
  if (!is_map(node)) {
    compiled.push_back(nullptr);
    return rung;
  }
  node.only({"action", "parameters", "attempts", "timeout", "policy", "lease", "approval", "approval_within",
             "automatic", "dry_run", "prepares"});
  approval_said = read_consent(node, rung) || approval_said;
  const Node action = node.required("action");
  rung.action = action.non_empty_string();
  if (const Node attempts = node.optional("attempts"); attempts.present()) {
    rung.attempts = static_cast<int>(attempts.integer(rung.attempts, 1, 100));
    rung.repeats = false;
  }
  const Node timeout = node.optional("timeout");
  rung.timeout = timeout.duration(rung.timeout, 1s, 1h);
  const Node parameters = node.optional("parameters");
  const bool readable = !parameters.present() || is_map(parameters);
  auto made =
      rung.action.empty() || !readable ? nullptr : actions::make(rung.action, action, parameters, world);
  const actions::Properties properties =
      made ? actions::properties(rung.action, *made) : actions::info(rung.action).properties();
  if (made && !properties.acts_on(kind)) {
    action.problem(fmt::format("{} does not act on {}{}", rung.action, kind == kTrading ? "" : "a ", kind));
  }
  if (made && made->shortest_timeout() > rung.timeout) {
    (timeout.present() ? timeout : node)
        .problem(fmt::format("a timeout of {} is too short for these parameters: at least {}",
                             base::format_duration(rung.timeout),
                             base::format_duration(made->shortest_timeout())));
  }
  if (made && tightens_trading(rung.action) && !node.optional("policy").present()) {
    action.problem(fmt::format(
        "{} needs a `policy` and its `lease`: they apply even if the trading system cannot be reached",
        rung.action));
  }
  // An action that cannot be repeated needs approval, unless the configuration says that it does not.
  if (made && properties.repetition == actions::Repetition::kNotRepeatable && !approval_said)
    rung.approval = true;
  if (made && properties.approval == actions::ApprovalRule::kNeedsApproval) {
    if (approval_said && !rung.approval)
      action.problem(fmt::format("{} needs approval: required with these parameters", rung.action));
    rung.approval = true;
  }
  rung.disruptive = made == nullptr || properties.impact == actions::Impact::kDisruptive;
  if (made) {
    actions::PlannedDowntime taking = made->takes();
    rung.takes = std::move(taking.containers);
    rung.can_wait = taking.can_wait;
  }
  compiled.push_back(std::move(made));
  rung.prepares = node.optional("prepares").boolean(false);
  const Node lease = node.optional("lease");
  rung.policy = read_demand(node.optional("policy"));
  rung.lease = lease.duration(rung.lease, 1s, kLongest);
  if (rung.policy && !lease.present()) {
    node.optional("policy").problem("needs a `lease`: how long the policy applies");
  }
  if (!node.optional("policy").present() && lease.present())
    lease.problem("needs a `policy` that applies for so long");
  return rung;
}

// The kind of target. A task's playbook need not set it.
std::string read_acts_on(const Node& playbook, bool has_task) {
  const Node node = playbook.optional("acts_on");
  const std::string kind =
      node.one_of({kContainer, kTask, kSubsystem, kTrading}, has_task ? kTask : kContainer);
  if ((kind == kTask) != has_task) {
    node.problem(has_task ? "a playbook with a `task` acts on that task"
                          : "needs `task`: the task that it runs");
    return std::string(has_task ? kTask : kContainer);
  }
  return kind;
}

OnCrash read_on_crash(const Node& node) {
  const std::string text = node.one_of({"verify", "retry", "never_repeat"}, "verify");
  if (text == "retry") return OnCrash::kRetry;
  return text == "never_repeat" ? OnCrash::kNeverRepeat : OnCrash::kVerify;
}

bool repeatable(const Playbook& playbook, const std::vector<std::unique_ptr<actions::Action>>& compiled) {
  for (std::size_t i = 0; i < compiled.size(); ++i) {
    if (compiled[i] && actions::properties(playbook.rungs[i].action, *compiled[i]).repetition ==
                           actions::Repetition::kNotRepeatable)
      return false;
  }
  return true;
}

void read_backoff(const Node& node, Playbook& playbook) {
  playbook.cooldown = node.optional("cooldown").duration(playbook.cooldown, 0s, kLongest);
  playbook.cooldown_factor = node.optional("cooldown_factor").number(playbook.cooldown_factor, 1, 10);
  const Node longest = node.optional("cooldown_max");
  playbook.cooldown_max = longest.duration(std::max(playbook.cooldown_max, playbook.cooldown), 0s, kLongest);
  if (playbook.cooldown_max < playbook.cooldown) longest.problem("is shorter than `cooldown`");
  playbook.cooldown_reset = node.optional("cooldown_reset").duration(playbook.cooldown_reset, 0s, kLongest);
}

}  // namespace

Playbook read_playbook(const Node& node, const actions::World& world,
                       std::vector<std::unique_ptr<actions::Action>>& compiled) {
  Playbook playbook;
  if (!is_map(node)) return playbook;
  node.only({"name",
             "acts_on",
             "task",
             "scheduled",
             "accepts",
             "rungs",
             "verify",
             "cooldown",
             "cooldown_factor",
             "cooldown_max",
             "cooldown_reset",
             "attempts",
             "attempts_window",
             "actions_per_hour",
             "quiet_hours",
             "allowed_hours",
             "requires_policy",
             "disruptive",
             "on_crash",
             "priority",
             "policy_while_running",
             "undo_when_healed",
             "approval",
             "approval_within",
             "automatic",
             "dry_run"});
  playbook.name = node.required("name").non_empty_string();
  if (playbook.name == kUndoPlaybook)
    node.optional("name").problem("\"undo\" is reserved: it undoes actions");
  if (const Node task = node.optional("task"); task.present()) {
    playbook.task = task.non_empty_string();
    if (!is_task_name(playbook.task)) {
      task.problem(
          fmt::format("\"{}\" is not a task name: use lower-case letters, digits and _", playbook.task));
    }
  }
  if (const Node scheduled = node.optional("scheduled"); scheduled.present()) {
    playbook.scheduled = scheduled.boolean(true);
    if (playbook.task.empty()) scheduled.problem("is only valid with `task`");
  }
  playbook.acts_on = read_acts_on(node, !playbook.task.empty());
  const Node accepts = node.required("accepts");
  playbook.accepts = accepts.strings();
  if (accepts.present() && accepts.is_list() && playbook.accepts.empty() &&
      playbook.task.empty()) {  // a task may be for operators only
    accepts.problem("is empty: no alert could ever use this playbook");
  }
  std::set<std::string> seen;
  for (const std::string& alert : playbook.accepts) {
    if (!seen.insert(alert).second) accepts.problem(fmt::format("lists \"{}\" twice", alert));
  }
  if (const Node on_crash = node.optional("on_crash"); on_crash.present()) {
    playbook.on_crash = read_on_crash(on_crash);
  }
  Rung first;
  first.repeats = playbook.on_crash == OnCrash::kRetry;
  const bool approval_said = read_consent(node, first);
  const Node rungs = node.required("rungs");
  if (rungs.present()) {
    for (const Node& rung : rungs.items()) {
      playbook.rungs.push_back(read_rung(rung, first, approval_said, playbook.acts_on, world, compiled));
    }
    if (rungs.is_list() && playbook.rungs.empty()) rungs.problem("is empty: the playbook would do nothing");
    if (!playbook.rungs.empty() && playbook.rungs.back().prepares) {
      rungs.items().back().optional("prepares").problem("no rung follows that it could prepare");
    }
  }
  playbook.verify = read_verify(node.optional("verify"), playbook.acts_on);
  read_backoff(node, playbook);
  playbook.attempts = static_cast<int>(node.optional("attempts").integer(playbook.attempts, 1, 10000));
  playbook.attempts_window =
      node.optional("attempts_window").duration(playbook.attempts_window, 1s, kLongest);
  playbook.undo_when_healed = node.optional("undo_when_healed").boolean(false);
  playbook.policy_while_running = read_demand(node.optional("policy_while_running"));
  if (!repeatable(playbook, compiled) && playbook.on_crash != OnCrash::kNeverRepeat) {
    const Node on_crash = node.optional("on_crash");
    (on_crash.present() ? on_crash : node)
        .problem("one of its actions must not be run twice: needs on_crash: never_repeat");
  }
  if (const Node budget = node.optional("actions_per_hour"); budget.present()) {
    playbook.actions_per_hour = static_cast<int>(budget.integer(1, 1, 10000));
  }
  playbook.hours = read_hours(node);
  playbook.requires_policy = read_demand(node.optional("requires_policy")).value_or(Policy::kAllowAll);
  if (const Node disruptive = node.optional("disruptive"); disruptive.present()) {
    for (Rung& rung : playbook.rungs) rung.disruptive = disruptive.boolean(true);
  }
  if (const Node priority = node.optional("priority"); priority.present()) {
    playbook.priority = static_cast<int>(priority.integer(1, 1, 1000));
  }
  return playbook;
}

}  // namespace healer
