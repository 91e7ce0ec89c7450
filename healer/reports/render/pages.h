// HTTP pages: GET /reports is the list of reports, GET /reports/<name> is one report. Blocks to read files.
#pragma once

#include <string>

#include "base/http/http.h"

namespace healer::reports {

base::http::Response reports_page(const std::string& folder);
// 404 if the folder has no such report. Names with path separators are refused; symbolic links are not
// followed.
base::http::Response report_page(const std::string& folder, const std::string& name);

}  // namespace healer::reports
