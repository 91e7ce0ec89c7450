// All actions. A new one is one line here, one source pair, one CMake line and its test.
#include <array>

#include "healer/actions/action.h"
#include "healer/actions/action_methods.h"
#include "healer/actions/command.h"
#include "healer/actions/containers/container_restart.h"
#include "healer/actions/containers/container_rollback.h"
#include "healer/actions/containers/container_signal.h"
#include "healer/actions/containers/container_start.h"
#include "healer/actions/containers/container_stop.h"
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

namespace healer::actions {
namespace {

struct Entry {
  std::string_view name;
  std::unique_ptr<Action> (*make)(const base::yaml::Node& parameters, const World& world);
};

constexpr std::array kTable{
    Entry{"clear_cache", make_clear_cache},
    Entry{"close_all_positions", make_close_all_positions},
    Entry{"command", make_command},
    Entry{"container_restart", make_container_restart},
    Entry{"container_rollback", make_container_rollback},
    Entry{"container_signal", make_container_signal},
    Entry{"container_start", make_container_start},
    Entry{"container_stop", make_container_stop},
    Entry{"defensive_exit", make_defensive_exit},
    Entry{"disable_module", make_disable_module},
    Entry{"enable_module", make_enable_module},
    Entry{"fallback_to_backup", make_fallback_to_backup},
    Entry{"health_audit", make_health_audit},
    Entry{"http_request", make_http_request},
    Entry{"log_rotation", make_log_rotation},
    Entry{"no_new_trades", make_no_new_trades},
    Entry{"pause_trading", make_pause_trading},
    Entry{"prune_files", make_prune_files},
    Entry{"redis_prune", make_redis_prune},
    Entry{"reload_config", make_reload_config},
    Entry{"restore_files", make_restore_files},
    Entry{"restore_original", make_restore_original},
    Entry{"resume_trading", make_resume_trading},
    Entry{"rolling_restart", make_rolling_restart},
    Entry{"stack_rebuild", make_stack_rebuild},
    Entry{"switch_to_safe_profile", make_switch_to_safe_profile},
    Entry{"validation", make_validation},
    Entry{"weekly_report", make_weekly_report},
};

}  // namespace

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const Entry& entry : kTable) all.push_back(entry.name);
  return all;
}

std::unique_ptr<Action> make(std::string_view name, const base::yaml::Node& name_node,
                             const base::yaml::Node& parameters, const World& world) {
  for (const Entry& entry : kTable) {
    if (entry.name == name) return entry.make(parameters, world);
  }
  name_node.problem(
      fmt::format("unknown action \"{}\"; expected one of: {}", name, fmt::join(names(), ", ")));
  return nullptr;
}

}  // namespace healer::actions
