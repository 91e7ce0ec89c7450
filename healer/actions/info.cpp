#include "healer/actions/info.h"

#include <algorithm>
#include <array>

namespace healer::actions {
namespace {

using enum Info::Switch;

constexpr Info kAny{"", "the symptom is gone", "what it changes may not help"};

constexpr std::array kTable{
    Info{"clear_cache", "memory freed", "performance hit until the caches are warm again"},
    Info{"close_all_positions", "flat", "realised losses", kAutoPause},
    Info{"command", "the command exits with 0", "what the command does"},
    Info{"container_restart", "the subsystem is restored", "brief interruption", kAutoRestart},
    Info{"container_rollback", "restored on the previous image", "what the newer image brought is missing",
         kAutoRestart},
    Info{"container_signal", "the program has heard the signal", "brief interruption"},
    Info{"container_start", "the subsystem is restored", "what was stopped on purpose runs again",
         kAutoRestart},
    Info{"container_stop", "the container no longer does harm", "degraded functionality", kAutoRestart},
    Info{"defensive_exit", "capital preserved", "potential losses", kAutoPause},
    Info{"disable_module", "graceful degradation", "degraded functionality"},
    Info{"enable_module", "full functionality", "the module fails again"},
    Info{"fallback_to_backup", "served from the backup", "a stale backup"},
    Info{"health_audit", "the report is written", "load on Prometheus for some seconds"},
    Info{"http_request", "the server has done what it was asked for", "what the server does"},
    Info{"log_rotation", "disk space freed", "old logs are gone"},
    Info{"no_new_trades", "no new exposure", "cannot capitalise", kAutoPause},
    Info{"pause_trading", "trading stopped", "missed opportunities", kAutoPause},
    Info{"prune_files", "disk space freed", "old files are gone"},
    Info{"redis_prune", "memory freed", "performance hit until the caches are warm again"},
    Info{"reload_config", "configuration updated", "config errors"},
    Info{"resume_trading", "trading goes on", "exposure grows again"},
    Info{"restore_original", "served from the original again", "the original may still be bad"},
    Info{"weekly_report", "the report is written", "load on Prometheus for some seconds"},
    Info{"restore_files", "the files are as the manifest says", "a stale backup"},
    Info{"rolling_restart", "every shard restored, one after the other", "brief interruption of each",
         kAutoRestart},
    Info{"stack_rebuild", "the stack is rebuilt and healthy", "everything is interrupted", kAutoRestart},
    Info{"switch_to_safe_profile", "stabilised at reduced risk", "reduced profit", kAutoPause},
    Info{"validation", "what is not in order is known", "load on Prometheus for some seconds"},
};

}  // namespace

const Info& info(std::string_view action) {
  const auto found = std::ranges::find(kTable, action, &Info::action);
  return found == kTable.end() ? kAny : *found;
}

}  // namespace healer::actions
