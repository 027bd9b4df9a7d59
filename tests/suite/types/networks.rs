//! IP addresses: keys of relations, computed values and pages, and addresses that a field cannot hold.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use orm::{ColumnType, Cursor, Db, Model, Result, assert_queries, insert_many, sql, upsert};

use crate::database::{db, either};

#[derive(ColumnType, Clone, Copy, Debug, PartialEq)]
struct Gateway(Ipv4Addr);

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(logins: Login, foreign_key = host)]
#[many_to_many(peers: Host, through = "peers", left = "one", right = "other")]
struct Host {
    #[model(primary_key)]
    address: IpAddr,
    gateway: Option<Gateway>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Login {
    id: i64,
    #[belongs_to(at: Host)]
    host: IpAddr,
    next_hop: Option<Ipv6Addr>,
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Hosts, whose texts have another order than the addresses, with a login on each except the last.
const HOSTS: [&str; 5] = ["9.0.0.1", "10.0.0.1", "10.0.0.10", "::ffff:10.0.0.1", "fe80::1"];

fn network() -> Result<Db> {
    let db = db();
    db.create_tables::<(Host, Login)>()?;
    insert_many(&db, HOSTS.map(|host| NewHost { address: ip(host), gateway: None }))?;
    insert_many(&db, HOSTS[..4].iter().map(|host| NewLogin { host: ip(host), next_hop: None }))?;
    Ok(db)
}

fn all<'r>(rows: impl IntoIterator<Item = &'r Host>) -> Vec<IpAddr> {
    rows.into_iter().map(|host| host.address).collect()
}

#[test]
fn ip_addresses_are_columns_of_their_type() -> Result<()> {
    let db = network()?;
    assert_eq!(db.check::<(Host, Login)>()?, []);
    let declared = either(
        "SELECT type FROM pragma_table_info('hosts')",
        "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'hosts'::regclass AND attnum > 0",
    );
    assert_eq!(sql(declared).tuples::<(String,)>(&db)?, vec![(either("TEXT", "inet").to_owned(),); 2]);
    let recording = db.record();
    let query = Host::query().filter(Host::address().lt(ip("10.0.0.9"))).order_by(Host::address().desc());
    assert_eq!(all(&query.all(&db)?), ["10.0.0.1", "9.0.0.1"].map(ip));
    assert_eq!(
        recording.statements().last().map(String::as_str),
        Some(either(
            "SELECT t0.\"address\", t0.\"gateway\" FROM \"hosts\" AS t0 WHERE t0.\"address\" COLLATE \"orm_inet\" < ?1 \
             ORDER BY t0.\"address\" COLLATE \"orm_inet\" DESC",
            "SELECT t0.\"address\", t0.\"gateway\" FROM \"hosts\" AS t0 WHERE t0.\"address\" < $1 \
             ORDER BY t0.\"address\" DESC"
        ))
    );
    Ok(())
}

#[test]
fn ip_addresses_are_keys() -> Result<()> {
    let db = network()?;
    let hosts = HOSTS.map(|host| Host { address: ip(host), gateway: None });
    Host::peers().link(&db, &hosts[0], [&hosts[3], &hosts[4]])?;
    let query = Host::query().prefetch(Host::logins()).prefetch(Host::peers());
    let found = assert_queries!(&db, 3, query.all(&db)?);
    assert_eq!(all(found.iter().map(|host| &**host)), HOSTS.map(ip));
    assert_eq!(found.iter().map(|host| host.logins().len()).collect::<Vec<_>>(), [1, 1, 1, 1, 0]);
    assert_eq!(all(found[0].peers()), [hosts[3].address, hosts[4].address]);
    let logins = Login::query().prefetch(Login::at()).all(&db)?;
    assert!(logins.iter().all(|login| login.at().address == login.host));
    assert_eq!(Host::find(&db, ip("FE80:0::1"))?, hosts[4]);
    assert_eq!(Host::query().filter(Host::logins().any(Login::host().in_(["10.0.0.1", "::1"].map(ip)))).count(&db)?, 1);

    let gateway = Some(Gateway(Ipv4Addr::LOCALHOST));
    assert_eq!(
        upsert(&db, NewHost { address: hosts[1].address, gateway }, Host::address(), Host::gateway())?.gateway,
        gateway
    );
    assert_eq!(Host::query().filter(Host::gateway().eq(Gateway(Ipv4Addr::LOCALHOST))).count(&db)?, 1);
    Ok(())
}

#[test]
fn ip_addresses_are_aggregated_grouped_and_paged_in_their_order() -> Result<()> {
    let db = network()?;
    let hosts = Host::query();
    assert_eq!(
        (hosts.min(&db, Host::address())?, hosts.max(&db, Host::address())?),
        (Some(ip("9.0.0.1")), Some(ip("fe80::1")))
    );
    let groups = Login::query().group_by(Login::host()).select((Login::host(), orm::count())).all(&db)?;
    assert_eq!(groups.len(), 4);
    for (query, expected) in [
        (Host::query().order_by(Host::address().asc()), HOSTS.map(ip)),
        (Host::query().order_by(Host::address().desc()), [4, 3, 2, 1, 0].map(|at: usize| ip(HOSTS[at]))),
    ] {
        let (mut read, mut cursor) = (Vec::new(), None::<Cursor>);
        loop {
            let page = query.clone().page(2).after(cursor).read(&db)?;
            read.extend(all(&page.rows));
            let Some(next) = page.next else { break };
            cursor = Some(next.to_string().parse()?);
        }
        assert_eq!(read, expected);
    }
    Ok(())
}

/// An address with a prefix, and one of the other IP version.
#[test]
fn an_address_that_the_field_has_no_place_for_is_an_error() -> Result<()> {
    let db = network()?;
    sql("UPDATE hosts SET gateway = '10.0.0.1/8'").execute(&db)?;
    let error = Host::query().all(&db).unwrap_err();
    assert_eq!((error.table(), error.column(), error.is_decode()), (Some("hosts"), Some("gateway"), true));
    let said = error.to_string();
    assert!(
        said.contains("with a network prefix") && said.contains("`ipnet::IpNet`") && said.contains("`String`"),
        "{said}"
    );
    sql("UPDATE hosts SET gateway = '::1'").execute(&db)?;
    let said = Host::query().all(&db).unwrap_err().to_string();
    assert!(said.contains("of the other IP version, which `Ipv4Addr` cannot hold") && !said.contains("::1"), "{said}");
    // The prefix of a single address says nothing.
    sql("UPDATE hosts SET gateway = '10.0.0.1/32'").execute(&db)?;
    assert!(Host::query().all(&db)?.iter().all(|host| host.gateway == Some(Gateway(Ipv4Addr::new(10, 0, 0, 1)))));
    Ok(())
}

#[cfg(feature = "ipnet-2")]
mod of_ipnet {
    use ipnet::IpNet;
    use orm::{Model, Result, insert_many};

    use super::{db, either, ip};

    #[derive(Model, Clone, Debug, PartialEq)]
    struct Route {
        id: i64,
        #[model(sql_type = "cidr")]
        to: IpNet,
        interface: Option<IpNet>,
    }

    fn net(text: &str) -> IpNet {
        text.parse().expect("a network")
    }

    #[test]
    fn a_network_is_stored_in_a_column_of_either_type() -> Result<()> {
        let db = db();
        db.create_tables::<Route>()?;
        assert_eq!(db.check::<Route>()?, []);
        let new = |to, interface| NewRoute { to: net(to), interface: Some(net(interface)) };
        let route = new("10.0.0.0/8", "10.0.0.7/8").insert(&db)?;
        assert_eq!(route, Route { id: 1, to: net("10.0.0.0/8"), interface: Some(net("10.0.0.7/8")) });
        insert_many(&db, [new("0.0.0.0/0", "::1/128"), new("10.1.0.0/32", "10.0.0.7/32")])?;
        assert_eq!(Route::query().filter(Route::to().in_(["10.0.0.0/8", "10.1.0.0/32"].map(net))).count(&db)?, 2);
        // An address is the network that contains only this address.
        assert_eq!(Route::query().filter(Route::interface().eq(IpNet::from(ip("::1")))).count(&db)?, 1);

        // PostgreSQL keeps addresses out of a column of networks, before the statement is sent.
        let within = || new("10.0.0.7/8", "10.0.0.7/8");
        for result in [within().insert(&db).map(|_| ()), insert_many(&db, [within()]).map(|_| ())] {
            let refused = result.err().map(|error| (error.is_encode(), error.column().map(str::to_owned)));
            assert_eq!(refused, either(None, Some((true, Some("to".to_owned())))));
        }
        Ok(())
    }
}
