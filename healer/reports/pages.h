// Reports in a browser: GET /reports is the list, GET /reports/<name> one of them. Blocks for reading a file.
#pragma once

#include <string>

#include "base/http.h"

namespace healer::reports {

base::http::Response reports_page(const std::string& folder);
// 404 for whatever is no report of the folder; a name never leaves the folder, links are not followed.
base::http::Response report_page(const std::string& folder, const std::string& name);

}  // namespace healer::reports
