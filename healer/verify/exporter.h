// A client of the exporter's `POST /api/v1/refresh`.
#pragma once

#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace healer::checks {

// Thread-safe.
class Exporter {
 public:
  explicit Exporter(std::string url, base::http::ClientOptions options = {});

  // Requests that the collectors read their sources now. Success: all of them did, and the next scrape finds
  // data newer than the start of this call. No names: all collectors. Blocks up to the deadline.
  base::Result<> refresh(const std::vector<std::string>& collectors, base::Deadline deadline) const;

 private:
  base::http::Client client_;
  std::string url_;
};

}  // namespace healer::checks
