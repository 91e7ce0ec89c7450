// weekly_report: writes the weekly report into reports.folder of healer.yml. It has no parameters;
// docs/reports.md describes its content. Succeeds when the report is written, whatever it says. The report
// names sources that could not be queried.
#pragma once

#include "healer/actions/action.h"

namespace healer::actions {

std::unique_ptr<Action> make_weekly_report(const base::yaml::Node& parameters, const World& world);

}  // namespace healer::actions
