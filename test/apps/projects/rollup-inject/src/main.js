$("#app").text("Hello " + typeof jQuery(document).find);
