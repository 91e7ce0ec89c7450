#include "healer/actions/info.h"

#include <algorithm>
#include <array>

namespace healer::actions {
namespace {

using enum Info::Switch;

constexpr Info kAny{"", "the symptom is gone", "the action may not help"};

constexpr std::array kTable{
    Info{"clear_cache", "memory freed", "performance hit until the caches are warm again"},
    Info{"close_all_positions", "flat", "realised losses", kAutoPause},
    Info{"command", "the command exits with 0", "depends on the command"},
    Info{"container_restart", "the subsystem is restored", "brief interruption", kAutoRestart},
    Info{"container_rollback", "restored on the previous image", "changes of the newer image are missing",
         kAutoRestart},
    Info{"container_signal", "the program has received the signal", "brief interruption"},
    Info{"container_start", "the subsystem is restored", "a container that was stopped on purpose runs again",
         kAutoRestart},
    Info{"container_stop", "the container can do no more harm", "degraded functionality", kAutoRestart},
    Info{"defensive_exit", "capital preserved", "potential losses", kAutoPause},
    Info{"disable_module", "graceful degradation", "degraded functionality"},
    Info{"enable_module", "full functionality", "the module fails again"},
    Info{"fallback_to_backup", "served from the backup", "a stale backup"},
    Info{"health_audit", "the report is written", "load on Prometheus for some seconds"},
    Info{"http_request", "the server has carried out the request", "depends on the server"},
    Info{"log_rotation", "disk space freed", "old logs are gone"},
    Info{"no_new_trades", "no new exposure", "cannot capitalise", kAutoPause},
    Info{"pause_trading", "trading stopped", "missed opportunities", kAutoPause},
    Info{"prune_files", "disk space freed", "old files are gone"},
    Info{"redis_prune", "memory freed", "performance hit until the caches are warm again"},
    Info{"reload_config", "configuration updated", "config errors"},
    Info{"resume_trading", "trading continues", "exposure increases again"},
    Info{"restore_original", "served from the original again", "the original may still be bad"},
    Info{"weekly_report", "the report is written", "load on Prometheus for some seconds"},
    Info{"restore_files", "the files match the manifest", "a stale backup"},
    Info{"rolling_restart", "every shard restored, one after another", "brief interruption of each",
         kAutoRestart},
    Info{"stack_rebuild", "the stack is rebuilt and healthy", "everything is interrupted", kAutoRestart},
    Info{"switch_to_safe_profile", "stabilised at reduced risk", "reduced profit", kAutoPause},
    Info{"validation", "failed checks are reported", "load on Prometheus for some seconds"},
};

}  // namespace

const Info& info(std::string_view action) {
  const auto found = std::ranges::find(kTable, action, &Info::action);
  return found == kTable.end() ? kAny : *found;
}

}  // namespace healer::actions
