// A client of the exporter's `POST /api/v1/refresh`.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/result.h"

namespace healer::checks {

// Thread-safe.
class Exporter {
 public:
  explicit Exporter(std::string url, base::http::ClientOptions options = {});

  // Has the collectors read their sources now. Success: every one of them did, and what the next scrape finds
  // is newer than this call's start. No names: all collectors. Blocks up to the deadline.
  base::Result<> refresh(const std::vector<std::string>& collectors, base::Deadline deadline) const;

 private:
  base::http::Client client_;
  std::string url_;
};

}  // namespace healer::checks
