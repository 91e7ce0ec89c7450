// The outbox is a separate SQLite file, so that the journal never waits for it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "healer/notify/outbox/store.h"

struct sqlite3;

namespace healer::notify {

class SqliteStore final : public Store {
 public:
  // Opens or creates `path`, readable only by its owner. An unusable file is renamed to `<path>.bad`, which
  // replaces an earlier one, and logged. An error: no outbox could be opened.
  static base::Result<std::unique_ptr<Store>> open(const std::string& path);
  ~SqliteStore() override;

  base::Result<std::vector<std::uint64_t>> add(const Notice& notice, base::WallTime accepted_at,
                                               std::span<const std::string> notifiers) override;
  base::Result<> remove(std::span<const std::uint64_t> ids) override;
  base::Result<> bury(std::span<const std::uint64_t> ids, base::WallTime at,
                      const std::string& error) override;
  base::Result<std::vector<Row>> load() override;
  base::Result<std::map<std::string, base::WallTime>> keys(base::WallTime since) override;
  std::uint64_t errors_total() const override { return errors_; }

 private:
  explicit SqliteStore(std::string path) : path_(std::move(path)) {}
  base::Result<> connect();
  void disconnect();
  // Runs `work` in a transaction.
  template <class Work>
  base::Result<> transaction(Work work);

  std::string path_;
  std::mutex mutex_;
  sqlite3* db_ = nullptr;
  std::atomic<std::uint64_t> errors_ = 0;
};

}  // namespace healer::notify
