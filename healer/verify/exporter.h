// A client of the exporter's API.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace healer::checks {

// What a refresh came to.
struct Refreshed {
  std::vector<std::string> missing;  // requested collectors that the exporter does not have configured
};

// Thread-safe.
class Exporter {
 public:
  explicit Exporter(std::string url, base::http::ClientOptions options = {});

  // Requests that the collectors read their sources now. Success: all that the exporter has did, and the next
  // scrape finds data newer than the start of this call. No names: all collectors. Blocks up to the deadline.
  base::Result<Refreshed> refresh(const std::vector<std::string>& collectors, base::Deadline deadline) const;

  // The newest log events of the source, oldest first, with secrets masked by the exporter; empty if it has
  // none. Blocks up to the deadline.
  base::Result<std::vector<std::string>> last_log_events(const std::string& source, std::size_t limit,
                                                         base::Deadline deadline) const;

 private:
  // nullopt: the exporter does not have one of them.
  base::Result<std::optional<Refreshed>> refresh_all(const std::vector<std::string>& collectors,
                                                     base::Deadline deadline) const;

  base::http::Client client_;
  std::string url_;
};

}  // namespace healer::checks
