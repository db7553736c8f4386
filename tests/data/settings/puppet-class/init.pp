# A class with its parameters
class pool::server (
  Integer $max_connections = 200,
  String $mode = 'session', # how
  $hosts = ['a', 'b'],
) {
  $timeout = 30
  if $timeout == 30 {
    $other = "x # y"
  }
  file { '/etc/pool.ini':
    ensure  => file,
    mode    => '0640',
    content => template('pool/pool.ini.erb'),
  }
  service { 'pool': ensure => running, enable => true }
  class { 'postgresql::server':
    config => {
      'max_connections' => { value => 100 },
      'nested' => {
        'deep' => 1,
      },
    },
    listen => [
      '10.0.0.1',
      '10.0.0.2',
    ],
  }
  last => done,
}
