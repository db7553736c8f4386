#pragma once

#include "app/github/publication_log.hpp"
#include "app/jobs/acknowledgement.hpp"
#include "app/store/chore_store.hpp"
#include "app/store/delivery_store.hpp"
#include "app/store/forgotten_store.hpp"
#include "app/store/job_store.hpp"
#include "app/store/store_options.hpp"

#include <memory>
#include <optional>
#include <string>

namespace leadline {

// Everything that leadline remembers, behind one address. Safe for several threads. New stores pass
// the contract in tests/app/store/store_contract.hpp.
class Store : public DeliveryStore,
              public JobStore,
              public ChoreStore,
              public ForgottenStore,
              public PublicationLog,
              public AcknowledgementLog {
public:
  // A write that reaches the disk. Throws Error(unavailable) with the reason when it does not.
  virtual void check_writable() = 0;

  // The database's own time; nullopt for an embedded one, whose time is this machine's.
  virtual std::optional<TimePoint> time() = 0;

  // Reads all of an embedded database once: what is damaged, "" when nothing is. PostgreSQL is not
  // asked. Throws Error(unavailable) when it cannot be read now, which says nothing of damage.
  virtual std::string find_damage() = 0;

  // Forgets reports and publications, but no acknowledgement and no contributor, not written since
  // `before`; returns how many reports.
  virtual std::size_t prune_reports(TimePoint before) = 0;
};

// `url` is "sqlite:PATH" or "postgresql://..." (also "postgres://"). Throws Error: bad_input for an
// address of another kind or one that is not safe (postgres_address.hpp), or a database of a
// version that `options` do not allow, unavailable when it cannot be opened. Secrets in `url` never
// stand in the message.
std::unique_ptr<Store> open_store(const std::string& url, const StoreOptions& options = {});

// False when a server has yet to make what is at `url`. Makes nothing; throws likewise.
bool store_exists(const std::string& url, const StoreOptions& options = {});

// The two kinds.
std::unique_ptr<Store> open_sqlite_store(const std::string& path, const StoreOptions& options = {});
std::unique_ptr<Store> open_postgres_store(const std::string& url,
                                           const StoreOptions& options = {});

} // namespace leadline
