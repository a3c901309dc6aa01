INSERT INTO `author` (`name`) VALUES ('Ada');
