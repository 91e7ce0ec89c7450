// All actions. A new one is one row here, one source pair and its test (docs/adding-an-action.md).
#include "healer/actions/table.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>

#include "healer/actions/action_methods.h"
#include "healer/actions/command.h"
#include "healer/actions/containers/container_call.h"
#include "healer/actions/containers/container_restart.h"
#include "healer/actions/containers/container_rollback.h"
#include "healer/actions/containers/rolling_restart.h"
#include "healer/actions/fallback.h"
#include "healer/actions/files/log_rotation.h"
#include "healer/actions/files/prune_files.h"
#include "healer/actions/files/restore_files.h"
#include "healer/actions/http_request.h"
#include "healer/actions/maintenance/health_audit.h"
#include "healer/actions/maintenance/stack_rebuild.h"
#include "healer/actions/maintenance/validation.h"
#include "healer/actions/maintenance/weekly_report.h"
#include "healer/actions/redis/redis_prune.h"
#include "healer/actions/trading/trading_control.h"
#include "healer/model/trading_actions.h"

namespace healer::actions {
namespace {

using enum Info::Switch;
using enum Targets;
using enum Impact;
using enum Repetition;
using enum ApprovalRule;

constexpr std::string_view kNotUndone;

// In order of names: name, factory, switch, targets, impact, repetition, approval, what undoes it, expected
// result, risk. A row without one of them does not compile.
constexpr std::array kTable{
    Info{"clear_cache", make_clear_cache, kNoSwitch, kAnyTarget, kDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "memory freed", "performance hit until the caches are warm again"},
    Info{"close_all_positions", make_close_all_positions, kNoSwitch, kAnyTarget, kNotDisruptive,
         kNotRepeatable, kNoApproval, kNotUndone, "flat", "realised losses"},
    Info{"command", make_command, kNoSwitch, kAnyTarget, kDisruptive, kRepeatable, kNoApproval, kNotUndone,
         "the command exits with 0", "depends on the command"},
    Info{"container_restart", make_container_restart, kAutoRestart, kContainers, kDisruptive, kRepeatable,
         kNoApproval, kNotUndone, "the subsystem is restored", "brief interruption"},
    Info{"container_rollback", make_container_rollback, kAutoRestart, kContainers, kDisruptive, kRepeatable,
         kNoApproval, "container_rollback", "restored on the previous image",
         "changes of the newer image are missing"},
    Info{"container_signal", make_container_signal, kNoSwitch, kContainers, kDisruptive, kRepeatable,
         kNoApproval, kNotUndone, "the program has received the signal", "brief interruption"},
    Info{"container_start", make_container_start, kAutoRestart, kContainers, kDisruptive, kRepeatable,
         kNoApproval, kNotUndone, "the subsystem is restored",
         "a container that was stopped on purpose runs again"},
    Info{"container_stop", make_container_stop, kAutoRestart, kContainers, kDisruptive, kRepeatable,
         kNoApproval, "container_start", "the container can do no more harm", "degraded functionality"},
    Info{"defensive_exit", make_defensive_exit, kNoSwitch, kAnyTarget, kNotDisruptive, kRepeatable,
         kNoApproval, kResumeTrading, "capital preserved", "potential losses"},
    Info{"disable_module", make_disable_module, kNoSwitch, kAnyTarget, kDisruptive, kRepeatable, kNoApproval,
         "enable_module", "graceful degradation", "degraded functionality"},
    Info{"enable_module", make_enable_module, kNoSwitch, kAnyTarget, kDisruptive, kRepeatable, kNoApproval,
         "disable_module", "full functionality", "the module fails again"},
    Info{"fallback_to_backup", make_fallback_to_backup, kNoSwitch, kAnyTarget, kDisruptive, kRepeatable,
         kNoApproval, "restore_original", "served from the backup", "a stale backup"},
    Info{"health_audit", make_health_audit, kNoSwitch, kTasks, kNotDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "the report is written", "load on Prometheus for some seconds"},
    Info{"http_request", make_http_request, kNoSwitch, kAnyTarget, kDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "the server has carried out the request", "depends on the server"},
    Info{"log_rotation", make_log_rotation, kNoSwitch, kAnyTarget, kNotDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "disk space freed", "old logs are gone"},
    Info{"no_new_trades", make_no_new_trades, kNoSwitch, kAnyTarget, kNotDisruptive, kRepeatable, kNoApproval,
         kResumeTrading, "no new exposure", "cannot capitalise"},
    Info{"pause_trading", make_pause_trading, kAutoPause, kAnyTarget, kNotDisruptive, kRepeatable,
         kNoApproval, kResumeTrading, "trading stopped", "missed opportunities"},
    Info{"prune_files", make_prune_files, kNoSwitch, kAnyTarget, kNotDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "disk space freed", "old files are gone"},
    Info{"redis_prune", make_redis_prune, kNoSwitch, kAnyTarget, kNotDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "memory freed", "performance hit until the caches are warm again"},
    Info{"reload_config", make_reload_config, kNoSwitch, kAnyTarget, kDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "configuration updated", "config errors"},
    Info{"restore_files", make_restore_files, kNoSwitch, kTasks, kDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "the files match the manifest", "a stale backup"},
    Info{"restore_original", make_restore_original, kNoSwitch, kAnyTarget, kDisruptive, kRepeatable,
         kNoApproval, kNotUndone, "served from the original again", "the original may still be bad"},
    Info{"resume_trading", make_resume_trading, kNoSwitch, kAnyTarget, kNotDisruptive, kRepeatable,
         kNoApproval, kNotUndone, "trading continues", "exposure increases again"},
    Info{"rolling_restart", make_rolling_restart, kAutoRestart, kTasks, kDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "every shard restored, one after another", "brief interruption of each"},
    Info{"stack_rebuild", make_stack_rebuild, kAutoRestart, kAnyTarget, kDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "the stack is rebuilt and healthy", "everything is interrupted"},
    Info{"switch_to_safe_profile", make_switch_to_safe_profile, kNoSwitch, kAnyTarget, kNotDisruptive,
         kRepeatable, kNoApproval, kResumeTrading, "stabilised at reduced risk", "reduced profit"},
    Info{"validation", make_validation, kNoSwitch, kTasks, kNotDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "failed checks are reported", "load on Prometheus for some seconds"},
    Info{"weekly_report", make_weekly_report, kNoSwitch, kTasks, kNotDisruptive, kRepeatable, kNoApproval,
         kNotUndone, "the report is written", "load on Prometheus for some seconds"},
};

constexpr Info kUnknown{"",
                        nullptr,
                        kNoSwitch,
                        kAnyTarget,
                        kDisruptive,
                        kRepeatable,
                        kNoApproval,
                        kNotUndone,
                        "the symptom is gone",
                        "the action may not help"};

constexpr bool in_table(std::string_view action) {
  return std::ranges::find(kTable, action, &Info::name) != kTable.end();
}

constexpr bool has_texts(const Info& row) { return !row.expected.empty() && !row.risk.empty(); }

constexpr bool is_undone_by_an_action(const Info& row) {
  return row.undone_by.empty() || in_table(row.undone_by);
}

constexpr bool fits_its_trading_effect(const Info& row) {
  return (row.undone_by == kResumeTrading) == restricts_trading(row.name) &&
         (row.automatic_by == kAutoPause) == halts_trading(row.name);
}

static_assert(std::ranges::adjacent_find(kTable, std::ranges::greater_equal(), &Info::name) == kTable.end(),
              "the rows are in order of names, and no name is there twice");
static_assert(std::ranges::all_of(kTable, has_texts), "a row lacks a member");
static_assert(std::ranges::all_of(kTable, is_undone_by_an_action), "what undoes an action is an action");
static_assert(std::ranges::all_of(kTradingActions, in_table, &TradingAction::name),
              "each trading action has a row");
static_assert(std::ranges::all_of(kTable, fits_its_trading_effect),
              "resume_trading undoes what restricts trading, and auto_pause switches pause_trading alone");

}  // namespace

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const Info& row : kTable) all.push_back(row.name);
  return all;
}

const Info& info(std::string_view action) {
  const auto found = std::ranges::find(kTable, action, &Info::name);
  return found == kTable.end() ? kUnknown : *found;
}

std::unique_ptr<Action> make(std::string_view name, const base::yaml::Node& name_node,
                             const base::yaml::Node& parameters, const World& world) {
  if (const Info& row = info(name); row.make != nullptr) return row.make(parameters, world);
  name_node.problem(
      fmt::format("unknown action \"{}\"; expected one of: {}", name, fmt::join(names(), ", ")));
  return nullptr;
}

Properties properties(std::string_view name, const Action& action) {
  return action.properties(info(name).properties());
}

}  // namespace healer::actions
