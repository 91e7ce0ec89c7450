// The newest container list of the Docker Engine, for the collectors that build on it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "base/os/clock.h"

namespace exporter::collectors {

struct ContainerTable {
  std::vector<base::docker::Container> containers;
  base::MonoTime seen{};
  base::Duration holds{};  // how long it is valid after `seen`
};

// Thread-safe.
class ContainerList {
 public:
  void publish(ContainerTable table) {
    auto fresh = std::make_shared<const ContainerTable>(std::move(table));
    std::lock_guard lock(mutex_);
    table_ = std::move(fresh);
    published_.notify_all();
  }
  // Waits for the first list when there is none yet. Null when there still is none by `deadline`, or when the
  // newest one is too old.
  std::shared_ptr<const ContainerTable> newest(const base::Clock& clock, base::Deadline deadline) const {
    std::unique_lock lock(mutex_);
    published_.wait_until(lock, deadline.at(), [this] { return table_ != nullptr; });
    return table_ && clock.now().mono - table_->seen <= table_->holds ? table_ : nullptr;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable published_;
  std::shared_ptr<const ContainerTable> table_;
};

}  // namespace exporter::collectors
