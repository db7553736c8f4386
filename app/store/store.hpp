#pragma once

#include "app/github/publication_log.hpp"
#include "app/jobs/acknowledgement.hpp"
#include "app/store/chore_store.hpp"
#include "app/store/delivery_store.hpp"
#include "app/store/job_store.hpp"

#include <memory>
#include <string>

namespace leadline {

// Everything that leadline remembers, behind one address. Safe for several threads. New stores pass
// the contract in tests/app/store/store_contract.hpp.
class Store : public DeliveryStore,
              public JobStore,
              public ChoreStore,
              public PublicationLog,
              public AcknowledgementLog {
public:
  // A write that reaches the disk. Throws Error(unavailable) with the reason when it does not.
  virtual void check_writable() = 0;

  // Reads all of an embedded database once. Throws Error(unavailable) naming what is damaged.
  virtual void check_intact() = 0;

  // Forgets reports and publications, but no acknowledgement and no contributor, not written since
  // `before`; returns how many reports.
  virtual std::size_t prune_reports(TimePoint before) = 0;
};

// `url` is "sqlite:PATH" or "postgresql://..." (also "postgres://"). Creates what is missing and
// migrates what is older. Throws Error: bad_input for an address of another kind or a database of a
// newer version, unavailable when it cannot be opened. Secrets in `url` never stand in the message.
std::unique_ptr<Store> open_store(const std::string& url);

// The two kinds, each in its own file.
std::unique_ptr<Store> open_sqlite_store(const std::string& path);
std::unique_ptr<Store> open_postgres_store(const std::string& url);

} // namespace leadline
