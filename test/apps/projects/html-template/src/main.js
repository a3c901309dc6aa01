document.body.append(document.title);
